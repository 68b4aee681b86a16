import { DistillerError, type Parameter, type Weights } from '@distiller/core';

/**
 * Student weights that start as a copy of chosen teacher layers: block i is the teacher's block `layers[i]`, embeddings
 * and head are the teacher's. A classifier of another size stays as it is in `student`: it belongs to another task.
 *
 * @param student freshly made weights; they give names and shapes.
 * @param layers teacher layers counted from 0, one for each student layer.
 * @returns arrays of their own.
 * @throws DistillerError `config` when a layer does not exist or the two models differ in width.
 */
export function copyLayers(teacher: Weights, layers: readonly number[], student: Weights): Weights {
  const depth = layerCount(student);
  const available = layerCount(teacher);
  if (layers.length !== depth) {
    throw new DistillerError(
      'config',
      `copyLayers: ${layers.length} teacher layers are given for a student of ${depth} layers; give one for each.`,
    );
  }
  const absent = layers.find(
    (layer) => !Number.isInteger(layer) || layer < 0 || layer >= available,
  );
  if (absent !== undefined) {
    throw new DistillerError(
      'config',
      `copyLayers: the teacher has no layer ${absent}; its ${available} layers are 0 to ${available - 1}.`,
    );
  }
  return Object.fromEntries(
    Object.entries(student).map(([name, own]) => {
      const source = name.replace(
        LAYER,
        (_, index: string) => `encoder.layer.${layers[Number(index)]}.`,
      );
      return [name, copy(name, own, source, teacher[source])];
    }),
  );
}

const LAYER = /^encoder\.layer\.(\d+)\./;

function layerCount(weights: Weights): number {
  const indices = Object.keys(weights).map((name) => Number(LAYER.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...indices) + 1;
}

function copy(
  name: string,
  own: Parameter,
  source: string,
  theirs: Parameter | undefined,
): Parameter {
  const fits = theirs !== undefined && String(theirs.shape) === String(own.shape);
  if (!fits && !name.startsWith('classifier.')) {
    const found = theirs ? `is [${theirs.shape.join(', ')}]` : 'does not exist';
    throw new DistillerError(
      'config',
      `copyLayers: student "${name}" is [${own.shape.join(', ')}] but teacher "${source}" ${found}. ` +
        'Copying needs a student of the same family, width and vocabulary as its teacher.',
    );
  }
  return { ...own, data: (fits ? theirs : own).data.slice() };
}
