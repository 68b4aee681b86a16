import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { hiddenCosine, hiddenCosineComponent } from './hidden-cosine.js';

const objective = hiddenCosineComponent.create({}, {}) as IntermediateObjective;

function value(student: number[][], teacher: number[][], mask = student.map(() => 1)): number {
  return tf.tidy(() => {
    const states = { student: tf.tensor3d([student]), teacher: tf.tensor3d([teacher]) };
    return hiddenCosine({ ...states, mask: tf.tensor2d([mask]) }).dataSync()[0] as number;
  });
}

describe('hiddenCosine', () => {
  it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run(objective),
  );

  it('matches values worked out by hand', () => {
    // cos((3, 4), (4, 3)) = 24/25; orthogonal: 0; opposite: −1
    expect(value([[3, 4]], [[4, 3]])).toBeCloseTo(1 / 25, 6);
    expect(value([[1, 0]], [[0, 2]])).toBeCloseTo(1, 6);
    expect(value([[1, 1]], [[-2, -2]])).toBeCloseTo(2, 6);
    // the mean of the first two; the third is padding
    const loss = value([[3, 4], [1, 0], [1, 1]], [[4, 3], [0, 2], [9, 0]], [1, 1, 0]); // prettier-ignore
    expect(loss).toBeCloseTo((1 / 25 + 1) / 2, 6);
  });

  it('matches the value of the reference', () => {
    // torch: CosineEmbeddingLoss()(S, T, ones(2))
    const student = [[1, 2, -1], [0.5, -0.5, 2]]; // prettier-ignore
    const teacher = [[0.5, 1.5, 0], [1, -1, 1]]; // prettier-ignore
    expect(value(student, teacher)).toBeCloseTo(0.1399036525, 6);
  });

  it('does not see lengths, and stays in [0, 2]', () => {
    const vector = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(vector, vector, fc.double({ min: 0.5, max: 8, noNaN: true }), (s, t, factor) => {
        fc.pre(Math.hypot(...s) > 0.1 && Math.hypot(...t) > 0.1);
        const loss = value([s], [t]);
        expect(loss).toBeGreaterThan(-1e-6);
        expect(loss).toBeLessThan(2 + 1e-6);
        expect(value([s.map((x) => x * factor)], [t])).toBeCloseTo(loss, 5);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('counts a vector of zeros as orthogonal', () => {
    expect(value([[0, 0]], [[1, 2]])).toBeCloseTo(1, 6);
  });
});
