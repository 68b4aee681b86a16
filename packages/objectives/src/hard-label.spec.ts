import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { hardLabel, hardLabelComponent } from './hard-label.js';
import { softCrossEntropy } from './soft-cross-entropy.js';

const create = (labelSmoothing: number) =>
  hardLabelComponent.create({ labelSmoothing }, {}) as Objective;
const value = (...args: Parameters<typeof hardLabel>) => hardLabel(...args).dataSync()[0];

describe('hardLabel', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', 0],
      ['regression', 0],
      ['multi-label', 0],
      ['span', 0],
      ['classification', 0.1],
      ['multi-label', 0.2],
    ] as const)('for %s, smoothed by %d', (kind, labelSmoothing) =>
      check.run({ objective: create(labelSmoothing), kind }),
    );
  });

  it('matches a cross-entropy worked out by hand', () => {
    // p = (1/4, 3/4) with label 1 and (1/2, 1/2) with label 0: (ln(4/3) + ln 2) / 2
    const logits = tf.tensor2d([
      [0, Math.log(3)],
      [5, 5],
    ]);
    const loss = hardLabel(logits, tf.tensor1d([1, 0], 'int32')).dataSync()[0];
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6);
  });

  it('matches a squared error worked out by hand', () => {
    // errors 1 and −3: (1 + 9) / 2
    expect(hardLabel(tf.tensor2d([[2], [1]]), tf.tensor1d([1, 4])).dataSync()[0]).toBeCloseTo(5, 6);
  });

  it('matches a binary cross-entropy worked out by hand', () => {
    // p = (1/2, 3/4) with labels 1 and 0: (ln 2 + ln 4) / 2
    const logits = tf.tensor2d([[0, Math.log(3)]]);
    expect(value(logits, tf.tensor2d([[1, 0]]))).toBeCloseTo(1.5 * Math.LN2, 6);
  });

  it('spreads a share of the label over all classes', () => {
    const logits = tf.tensor2d([[0, Math.log(3)]]);
    // p = (1/4, 3/4), targets 0.1 and 0.9
    const smoothed = 0.1 * Math.log(4) + 0.9 * Math.log(4 / 3);
    const options = { labelSmoothing: 0.2 };
    expect(value(logits, tf.tensor1d([1], 'int32'), undefined, options)).toBeCloseTo(smoothed, 6);
    // p = (1/2, 3/4), targets 0.9 and 0.1: (ln 2 + 0.1 ln(4/3) + 0.9 ln 4) / 2
    const binary = (Math.LN2 + 0.1 * Math.log(4 / 3) + 0.9 * Math.log(4)) / 2;
    expect(value(logits, tf.tensor2d([[1, 0]]), undefined, options)).toBeCloseTo(binary, 6);
  });

  it('refuses to smooth over padding, and values', () => {
    const reason = (labelSmoothing: number, kind: string) =>
      create(labelSmoothing).refuses({ kind } as never);
    expect(reason(0.1, 'span')).toMatch(/^labelSmoothing .* padding/);
    expect(reason(0.1, 'regression')).toMatch(/^labelSmoothing .* classes/);
    expect(reason(0.1, 'classification')).toBeUndefined();
    expect(reason(0, 'span')).toBeUndefined();
    expect(reason(0, 'regression')).toBeUndefined();
  });

  it('is the limit of softCrossEntropy for a teacher that is certain of the label', () => {
    const logit = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(logit, logit, logit), fc.nat({ max: 2 }), (row, label) => {
        const student = tf.tensor2d([[...row]]);
        const teacher = tf.tensor2d([[0, 1, 2].map((c) => (c === label ? 100 : 0))]);
        const soft = softCrossEntropy(student, teacher, { temperature: 1, tauSquared: false });
        const hard = hardLabel(student, tf.tensor1d([label], 'int32'));
        expect(hard.dataSync()[0]).toBeCloseTo(soft.dataSync()[0] as number, 5);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('refuses a label that is no class', () => {
    expect(() => hardLabel(tf.zeros([1, 3]), tf.tensor1d([3], 'int32'))).toThrow(
      /index value 3 is not in \[0, 2\]/,
    );
  });

  it('refuses labels that do not fit', () => {
    expect(() => hardLabel(tf.zeros([2, 3]), tf.tensor1d([0.5, 1]))).toThrow(
      'hardLabel: student is [2, 3] but labels are float32 [2]; ' +
        'class ids need one int32 label a row, values one float32 label a row of one column, multi-label tasks a float32 label for every logit.',
    );
    expect(() => hardLabel(tf.zeros([2, 3]), tf.zeros([2, 2]) as tf.Tensor2D)).toThrow(
      /float32 \[2, 2\]/,
    );
  });
});
