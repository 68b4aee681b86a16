import { DistillerError, type Parameter, type Weights } from '@distiller/core';
import type { TransformerConfig } from './config.js';
import type { TransformerModel } from './model.js';

type Sized = Pick<TransformerModel, 'config' | 'weights'>;

/** What the entries along an axis of a parameter stand for. */
type Axis = 'row' | 'embedding' | 'hidden' | 'heads' | 'inner';

/** By the first pattern that fits a name; the axes of its weight, of which a bias has the first. */
const AXES: readonly (readonly [RegExp, readonly [Axis, Axis]])[] = [
  [/^embeddings\.LayerNorm\./, ['embedding', 'embedding']],
  [/^embeddings\./, ['row', 'embedding']],
  [/^embeddings_project\./, ['hidden', 'embedding']],
  [/\.attention\.self\./, ['heads', 'hidden']],
  [/\.attention\.output\.dense\./, ['hidden', 'heads']],
  [/\.intermediate\.dense\./, ['inner', 'hidden']],
  [/\.output\.dense\./, ['hidden', 'inner']],
  [/^pooler\./, ['hidden', 'hidden']],
  [/^classifier\./, ['row', 'hidden']],
  [/LayerNorm\./, ['hidden', 'hidden']],
];

/**
 * Weights of a narrower student cut out of a teacher. With D, H and d = D/H of the teacher and D', H' and d' = D'/H' of
 * the student, block i is the teacher's block `layers[i]`, of which are kept
 *
 * - the first D' features of hidden states (and of embeddings, where these are as wide as the blocks),
 * - the first H' heads, and of each head the first d' features of queries, keys and values,
 * - the first I' features inside the feed-forward part.
 *
 * A classifier with another number of classes stays as it is in `student`.
 *
 * @param student freshly made; gives names and shapes.
 * @returns arrays of their own.
 * @throws DistillerError `config` when the student is wider in any of these, of another family, or has other layers,
 *   tokens or positions than can be had.
 */
export function truncateWidths(teacher: Sized, layers: readonly number[], student: Sized): Weights {
  assertFits(teacher.config, layers, student.config);
  const kept = keptIndices(teacher.config, student.config);
  return Object.fromEntries(
    Object.entries(student.weights).map(([name, own]) => {
      const source = name.replace(LAYER, (_, index: string) => layerOf(layers, Number(index)));
      const theirs = teacher.weights[source];
      if (!theirs) throw new DistillerError('bug', `truncate: the teacher has no "${source}".`);
      if (name.startsWith('classifier.') && theirs.shape[0] !== own.shape[0])
        return [name, { ...own, data: own.data.slice() }];
      return [name, cut(theirs, own.shape, axesOf(name), kept)];
    }),
  );
}

const LAYER = /^encoder\.layer\.(\d+)\./;

function layerOf(layers: readonly number[], index: number): string {
  return `encoder.layer.${layers[index]}.`;
}

function axesOf(name: string): readonly [Axis, Axis] {
  const entry = AXES.find(([pattern]) => pattern.test(name));
  if (!entry) throw new DistillerError('bug', `truncate: the axes of "${name}" are not known.`);
  return entry[1];
}

/** Positions of the teacher that the student keeps, by axis. */
type Kept = Readonly<Record<Exclude<Axis, 'row'>, readonly number[]>>;

function keptIndices(from: TransformerConfig, to: TransformerConfig): Kept {
  const first = (count: number) => Array.from({ length: count }, (_, index) => index);
  const [size, newSize] = [from, to].map(({ hiddenSize, heads }) => hiddenSize / heads) as [
    number,
    number,
  ];
  return {
    embedding: first(to.embeddingSize),
    hidden: first(to.hiddenSize),
    heads: first(to.heads).flatMap((head) => first(newSize).map((index) => head * size + index)),
    inner: first(to.intermediateSize),
  };
}

function cut(
  { shape, data }: Parameter,
  wanted: readonly number[],
  [rowAxis, columnAxis]: readonly [Axis, Axis],
  kept: Kept,
): Parameter {
  const rows =
    rowAxis === 'row'
      ? Array.from({ length: wanted[0] as number }, (_, index) => index)
      : kept[rowAxis];
  if (wanted.length === 1) {
    return { dtype: 'float32', shape: wanted, data: Float32Array.from(rows, (r) => data[r] ?? 0) };
  }
  const columns = kept[columnAxis as keyof Kept];
  const width = shape[1] as number;
  const result = new Float32Array(rows.length * columns.length);
  rows.forEach((row, i) =>
    columns.forEach((column, j) => {
      result[i * columns.length + j] = data[row * width + column] as number;
    }),
  );
  return { dtype: 'float32', shape: wanted, data: result };
}

function assertFits(
  from: TransformerConfig,
  layers: readonly number[],
  to: TransformerConfig,
): void {
  const problem = problemOf(from, layers, to);
  if (problem) throw new DistillerError('config', `truncate: ${problem}`);
}

function problemOf(
  from: TransformerConfig,
  layers: readonly number[],
  to: TransformerConfig,
): string | undefined {
  for (const name of ['hiddenSize', 'heads', 'intermediateSize', 'embeddingSize'] as const) {
    if (to[name] > from[name])
      return `the student has ${name} ${to[name]}, more than the teacher's ${from[name]}.`;
  }
  const [size, newSize] = [from.hiddenSize / from.heads, to.hiddenSize / to.heads];
  if (newSize > size)
    return `a head of the student has ${newSize} features (hiddenSize ${to.hiddenSize} / heads ${to.heads}), more than the teacher's ${size}. Give the student more heads.`;
  for (const name of ['family', 'vocabularySize', 'maxPositions', 'typeVocabularySize'] as const) {
    if (to[name] !== from[name])
      return `the student has ${name} ${to[name]}, the teacher ${from[name]}; they must be the same.`;
  }
  if (layers.length !== to.layers)
    return `${layers.length} teacher layers are given for a student of ${to.layers} layers; give one for each.`;
  const absent = layers.find((layer) => layer >= from.layers);
  if (absent !== undefined)
    return `the teacher has no layer ${absent}; its ${from.layers} layers are 0 to ${from.layers - 1}.`;
  return undefined;
}
