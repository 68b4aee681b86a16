import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { hardLabel, hardLabelComponent } from './hard-label.js';
import { softCrossEntropy } from './soft-cross-entropy.js';

const objective = hardLabelComponent.create({}, {}) as Objective;

describe('hardLabel', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(['classification', 'regression'] as const)('for %s', (kind) =>
      check.run({ objective, kind }),
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
    // p = (1/2, 3/4) with labels (1, 0), and −log p is ln 2 and ln 4: (ln 2 + ln 4) / 2
    const logits = tf.tensor2d([[0, Math.log(3)]]);
    const loss = hardLabel(logits, tf.tensor2d([[1, 0]])).dataSync()[0];
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
    // A row of weight 0 changes nothing, and large logits stay finite.
    const more = tf.tensor2d([
      [0, Math.log(3)],
      [900, -900],
    ]);
    const labels = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    expect(hardLabel(more, labels, tf.tensor1d([1, 0])).dataSync()[0]).toBeCloseTo(
      (Math.log(2) + Math.log(4)) / 2,
      6,
    );
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
        'class ids need one int32 label a row, values one float32 label a row of one column.',
    );
  });
});
