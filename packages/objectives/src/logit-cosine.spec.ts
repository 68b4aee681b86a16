import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { logitCosine, logitCosineComponent } from './logit-cosine.js';

const objective = logitCosineComponent.create({}, {}) as Objective;

describe('logitCosine', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(['classification', 'multi-label'] as const)('for %s', (kind) =>
      check.run({ objective, kind }),
    );
  });

  it('matches values worked out by hand', () => {
    // A right angle, and a vector with its double: (1 + 0) / 2.
    const [ours, theirs] = [tf.tensor2d([[1, 1], [1, -2]]), tf.tensor2d([[1, -1], [2, -4]])]; // prettier-ignore
    expect(logitCosine(ours, theirs).dataSync()[0]).toBeCloseTo(0.5, 6);
    // dot products 3.5 and 3, norms √6 · √2.5 and √4.5 · √3
    const s = tf.tensor2d([[1, 2, -1], [0.5, -0.5, 2]]); // prettier-ignore
    const t = tf.tensor2d([[0.5, 1.5, 0], [1, -1, 1]]); // prettier-ignore
    expect(logitCosine(s, t).dataSync()[0]).toBeCloseTo(0.1399036525, 6);
  });

  it('has a finite gradient where all logits are 0', () => {
    const slope = tf.grad((z) => logitCosine(z as tf.Tensor2D, tf.tensor2d([[1, 2]])));
    expect(
      slope(tf.zeros([1, 2]))
        .dataSync()
        .every(Number.isFinite),
    ).toBe(true);
  });

  it('refuses spans and single numbers', () => {
    expect(objective.refuses({ kind: 'span', outputs: 2 } as never)).toMatch(/positions of a span/);
    expect(objective.refuses({ kind: 'regression', outputs: 1 } as never)).toMatch(
      /only their sign; use logit-mse/,
    );
  });
});
