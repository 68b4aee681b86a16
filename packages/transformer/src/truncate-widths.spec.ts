import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { transformerConfig, type TransformerConfigOptions } from './config.js';
import { createModel } from './model.js';
import { tokenizerStub } from './tiny-model.fixture.js';
import { truncateWidths } from './truncate-widths.js';

const SIZES = { hiddenSize: 6, heads: 2, intermediateSize: 5, layers: 3, maxPositions: 4 };

function model(options: Partial<TransformerConfigOptions> = {}, seed = 1) {
  const config = transformerConfig({ family: 'bert', vocabularySize: 3, ...SIZES, ...options });
  return createModel(config, tokenizerStub(3), createRng(seed));
}

/** The entry of a weight [*, width]. */
const at = (weights: ReturnType<typeof truncateWidths>, name: string, row: number, column = 0) => {
  const { shape, data } = weights[name] as NonNullable<(typeof weights)[string]>;
  return data[row * (shape[1] ?? 1) + column];
};

describe('truncateWidths', () => {
  const teacher = model();
  const narrow = { hiddenSize: 4, intermediateSize: 2, layers: 2 };
  const cut = truncateWidths(teacher, [2, 0], model(narrow, 2));

  it('keeps the first features, and of each head its first', () => {
    expect(Object.keys(cut)).toEqual(Object.keys(model(narrow).weights));
    for (const [name, { shape }] of Object.entries(model(narrow).weights))
      expect(cut[name]?.shape).toEqual(shape);
    const [ours, theirs] = [cut, teacher.weights];
    const words = 'embeddings.word_embeddings.weight';
    expect(at(ours, words, 2, 3)).toBe(at(theirs, words, 2, 3));
    // Heads of 3 features become heads of 2: row 2 is feature 0 of head 1, the teacher's row 3.
    const [own, of] = ['encoder.layer.0.', 'encoder.layer.2.'];
    const query = 'attention.self.query.weight';
    expect(at(ours, own + query, 1, 3)).toBe(at(theirs, of + query, 1, 3));
    expect(at(ours, own + query, 2, 1)).toBe(at(theirs, of + query, 3, 1));
    const context = 'attention.output.dense.weight';
    expect(at(ours, own + context, 3, 2)).toBe(at(theirs, of + context, 3, 3));
    const inner = 'output.dense.weight';
    expect(at(ours, own + inner, 3, 1)).toBe(at(theirs, of + inner, 3, 1));
    expect(at(ours, 'encoder.layer.1.' + query, 0, 0)).toBe(
      at(theirs, 'encoder.layer.0.' + query, 0, 0),
    );
    expect(at(ours, 'classifier.weight', 1, 3)).toBe(at(theirs, 'classifier.weight', 1, 3));
  });

  it('keeps whole heads where only their number shrinks', () => {
    const few = truncateWidths(teacher, [0], model({ hiddenSize: 3, heads: 1, layers: 1 }, 2));
    const name = 'encoder.layer.0.attention.self.value.weight';
    for (const row of [0, 1, 2])
      expect(at(few, name, row, 2)).toBe(at(teacher.weights, name, row, 2));
  });

  it('is the teacher itself at its own widths, in arrays of its own', () => {
    const whole = truncateWidths(teacher, [0, 1, 2], model({}, 2));
    expect(whole).toEqual(teacher.weights);
    const name = 'pooler.dense.weight';
    expect(whole[name]?.data).not.toBe(teacher.weights[name]?.data);
  });

  it('leaves a classifier of other classes as the student has it', () => {
    const student = model({ ...narrow, labels: ['a', 'b', 'c'] }, 2);
    const { 'classifier.weight': weight } = truncateWidths(teacher, [0, 1], student);
    expect(weight).toEqual(student.weights['classifier.weight']);
  });

  it('refuses what can not be cut out', () => {
    const refused =
      (options: object, layers = [0, 1]) =>
      () =>
        truncateWidths(teacher, layers, model({ ...narrow, ...options }));
    expect(refused({ intermediateSize: 7 })).toThrow(
      "intermediateSize 7, more than the teacher's 5",
    );
    expect(refused({ heads: 1 })).toThrow('a head of the student has 4 features');
    expect(refused({ vocabularySize: 4 })).toThrow('has vocabularySize 4, the teacher 3');
    expect(refused({}, [0])).toThrow('1 teacher layers are given for a student of 2 layers');
    expect(refused({}, [0, 3])).toThrow('the teacher has no layer 3; its 3 layers are 0 to 2');
  });
});
