import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { kl, klComponent } from './kl.js';
import { softCrossEntropy } from './soft-cross-entropy.js';

// p_S = (1/3, 2/3) and p_T = (3/4, 1/4)
const student = tf.tensor2d([[0, Math.log(2)]]);
const teacher = tf.tensor2d([[Math.log(3), 0]]);
const options = { temperature: 1, tauSquared: false } as const;
const FORWARD = 0.75 * Math.log(9 / 4) + 0.25 * Math.log(3 / 8);
const REVERSE = (1 / 3) * Math.log(4 / 9) + (2 / 3) * Math.log(8 / 3);

describe('kl', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', 'forward', 1],
      ['classification', 'reverse', 2],
      ['classification', 'symmetric', 3],
      ['span', 'forward', 2],
      ['span', 'reverse', 2],
      ['token-classification', 'symmetric', 1],
    ] as const)('for %s, %s, at temperature %d', (kind, direction, temperature) => {
      const settings = { direction, temperature, tauSquared: true };
      return check.run({ objective: klComponent.create(settings, {}) as Objective, kind });
    });
  });

  it.each([
    ['forward', FORWARD],
    ['reverse', REVERSE],
    ['symmetric', (FORWARD + REVERSE) / 2],
  ] as const)('matches a value worked out by hand, %s', (direction, expected) => {
    const loss = kl(student, teacher, { ...options, direction });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it('divides the logits by τ, and multiplies by τ² on request', () => {
    const direction = 'forward';
    const softened = kl(tf.mul(student, 2), tf.mul(teacher, 2), {
      direction,
      temperature: 2,
      tauSquared: true,
    });
    expect(softened.dataSync()[0]).toBeCloseTo(4 * FORWARD, 5);
  });

  it('is softCrossEntropy without the entropy of the teacher, and 0 at equal distributions', () => {
    const [ours, theirs] = [tf.tensor2d([[1, 2, -1]]), tf.tensor2d([[0.5, 1.5, 0]])];
    const entropy = softCrossEntropy(theirs, theirs, options).dataSync()[0] as number;
    const cross = softCrossEntropy(ours, theirs, options).dataSync()[0] as number;
    const forward = { ...options, direction: 'forward' } as const;
    expect(kl(ours, theirs, forward).dataSync()[0]).toBeCloseTo(cross - entropy, 6);
    expect(kl(ours, tf.add(ours, 3), forward).dataSync()[0]).toBeCloseTo(0, 6);
  });

  it('refuses regression, multi-label tasks and unequal shapes, and takes spans', () => {
    const { refuses } = klComponent.create({ ...options, direction: 'forward' }, {}) as Objective;
    const reason = (kind: string, outputs: number) => refuses({ kind, outputs } as never);
    expect(reason('regression', 1)).toMatch(/one output is constant/);
    expect(reason('multi-label', 3)).toMatch(/a yes or no of its own.*use sigmoid-kd/);
    expect(reason('span', 2)).toBeUndefined();
    expect(() => kl(student, tf.zeros([1, 3]), { ...options, direction: 'forward' })).toThrow(
      'kl: student is [1, 2] but teacher is [1, 3]; they must have the same shape.',
    );
  });
});
