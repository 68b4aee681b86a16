import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { transformerConfig, type TransformerConfigOptions } from './config.js';
import { copyLayers } from './copy-layers.js';
import { initialWeights } from './init.js';
import { valuesOf } from './tiny-model.fixture.js';

function weightsOf(seed: number, options: Partial<TransformerConfigOptions>) {
  const sizes = {
    vocabularySize: 11,
    hiddenSize: 8,
    heads: 2,
    intermediateSize: 12,
    maxPositions: 6,
  };
  return initialWeights(
    transformerConfig({ family: 'bert', ...sizes, ...options }),
    createRng(seed),
  );
}

describe('copyLayers', () => {
  const teacher = weightsOf(1, { layers: 4 });
  const student = weightsOf(2, { layers: 2 });

  it('takes the chosen blocks, the embeddings and the head', () => {
    const copied = copyLayers(teacher, [3, 1], student);
    expect(Object.keys(copied)).toEqual(Object.keys(student));
    for (const part of ['attention.self.query.weight', 'output.dense.weight']) {
      expect(copied[`encoder.layer.0.${part}`]).toEqual(teacher[`encoder.layer.3.${part}`]);
      expect(copied[`encoder.layer.1.${part}`]).toEqual(teacher[`encoder.layer.1.${part}`]);
    }
    for (const name of [
      'embeddings.word_embeddings.weight',
      'pooler.dense.weight',
      'classifier.weight',
    ]) {
      expect(copied[name]).toEqual(teacher[name]);
    }
  });

  it('gives arrays of its own', () => {
    const name = 'embeddings.word_embeddings.weight';
    expect(valuesOf(copyLayers(teacher, [0, 1], student), name)).not.toBe(valuesOf(teacher, name));
  });

  it('keeps a classifier of another size', () => {
    const other = weightsOf(2, { layers: 2, labels: ['a', 'b', 'c'] });
    const copied = copyLayers(teacher, [0, 3], other);
    expect(copied['classifier.weight']).toEqual(other['classifier.weight']);
    expect(copied['pooler.dense.weight']).toEqual(teacher['pooler.dense.weight']);
  });

  it('refuses layers that do not exist, a wrong number of them, and another width', () => {
    expect(() => copyLayers(teacher, [0, 4], student)).toThrow(
      'copyLayers: the teacher has no layer 4; its 4 layers are 0 to 3.',
    );
    expect(() => copyLayers(teacher, [0], student)).toThrow(
      'copyLayers: 1 teacher layers are given for a student of 2 layers; give one for each.',
    );
    expect(() => copyLayers(teacher, [0, 1], weightsOf(2, { layers: 2, hiddenSize: 4 }))).toThrow(
      'copyLayers: student "embeddings.word_embeddings.weight" is [11, 4] but teacher "embeddings.word_embeddings.weight" is [11, 8]. ' +
        'Copying needs a student of the same family, width and vocabulary as its teacher.',
    );
  });
});
