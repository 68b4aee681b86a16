import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Matching, ModelDescription } from '@distiller/core';
import type { WeightedIntermediate } from './distillation.js';
import { matchPairs } from './matched-pairs.js';

const description: ModelDescription = {
  architecture: 'toy',
  layers: 2,
  hiddenSize: 4,
  heads: 1,
  vocabularySize: 8,
  maxLength: 8,
  outputs: 2,
  provides: ['logits', 'hidden'],
};

/** An objective on steps between pairs of these student layers. */
function stepsBetween(layers: readonly number[], more: Partial<Matching> = {}) {
  const term: WeightedIntermediate = {
    name: 'steps',
    weight: 1,
    reduce: 'sum',
    matching: {
      pairs: () => layers.map((layer) => ({ student: layer, teacher: layer, weight: 1 })),
      ...more,
    },
    objective: {
      feature: 'hidden',
      needsEqualWidth: false,
      comparesSteps: true,
      loss: () => tf.scalar(0),
    },
  };
  return matchPairs(term, 0, description, description);
}

describe('matchPairs, for an objective that compares steps', () => {
  it('takes pairs from shallow to deep', () => {
    expect(stepsBetween([0, 1, 2]).pairs).toHaveLength(3);
  });

  it('refuses pairs without an order, and weights that change', () => {
    const message =
      /^intermediate\.0 \(steps\) compares steps .* gives layers .*\. Choose skip, last or explicit/;
    for (const layers of [
      [0, 1, 1],
      [2, 1],
    ])
      expect(() => stepsBetween(layers)).toThrow(message);
    const weighting: Matching['weighting'] = () => ({
      losses: 'own',
      weigh: (losses) => losses,
      update: () => undefined,
      snapshot: () => ({}),
      restore: () => undefined,
    });
    expect(() => stepsBetween([0, 1], { weighting })).toThrow(message);
  });

  it('refuses a single pair', () => {
    expect(() => stepsBetween([1])).toThrow(/1 pair is matched\. Choose a matching of two pairs/);
  });
});
