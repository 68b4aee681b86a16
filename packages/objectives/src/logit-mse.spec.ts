import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { logitMse, logitMseComponent } from './logit-mse.js';

const S = tf.tensor2d([
  [1, 2, -1],
  [0.5, -0.5, 2],
]);
const T = tf.tensor2d([
  [0.5, 1.5, 0],
  [1, -1, 1],
]);

describe('logitMse', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', 1],
      ['classification', 3],
      ['regression', 1],
    ] as const)('for %s at temperature %d', (kind, temperature) => {
      const objective = logitMseComponent.create({ temperature }, {}) as Objective;
      return check.run({ objective, kind });
    });
  });

  it('matches values worked out by hand', () => {
    // differences ½ ½ −1 −½ ½ 1: squares add up to 3, over 6 entries ½; over τ² = 4: ⅛
    expect(logitMse(S, T, { temperature: 1 }).dataSync()[0]).toBeCloseTo(0.5, 6);
    expect(logitMse(S, T, { temperature: 2 }).dataSync()[0]).toBeCloseTo(0.125, 6);
  });

  it('is 0 at identical logits', () => {
    expect(logitMse(S, tf.clone(S), { temperature: 1 }).dataSync()[0]).toBe(0);
  });

  it('refuses unequal shapes', () => {
    expect(() => logitMse(S, tf.zeros([2, 2]), { temperature: 1 })).toThrow(
      'logitMse: student is [2, 3] but teacher is [2, 2]; they must have the same shape.',
    );
  });
});
