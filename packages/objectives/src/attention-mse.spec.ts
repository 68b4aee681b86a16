import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { attentionMse, attentionMseComponent } from './attention-mse.js';

describe('attentionMse', () => {
  describe('on scores, each head', () => {
    const objective = attentionMseComponent.create(
      { feature: 'attentionScores', heads: 'each' },
      {},
    ) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  describe('on maps, heads summed', () => {
    const objective = attentionMseComponent.create(
      { feature: 'attentions', heads: 'sum' },
      {},
    ) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  // One text of one token and one padding: only the entry (0, 0) of each head counts.
  const student = tf.tensor4d([3, 9, 9, 9, 1, 9, 9, 9], [1, 2, 2, 2]);
  const teacher = tf.tensor4d([1, 0, 0, 0, 2, 0, 0, 0], [1, 2, 2, 2]);
  const mask = tf.tensor2d([[1, 0]]);

  it('matches values worked out by hand', () => {
    // each: (2² + 1²) / (2 heads · 1 pair); sum: (4 − 3)² / 1 pair
    expect(attentionMse({ student, teacher, mask }, { heads: 'each' }).dataSync()[0]).toBeCloseTo(
      2.5,
      6,
    );
    expect(attentionMse({ student, teacher, mask }, { heads: 'sum' }).dataSync()[0]).toBeCloseTo(
      1,
      6,
    );
  });

  it('compares sums of other numbers of heads, but not head by head', () => {
    const one = tf.tensor4d([4, 0, 0, 0], [1, 1, 2, 2]);
    expect(attentionMse({ student, teacher: one, mask }, { heads: 'sum' }).dataSync()[0]).toBe(0);
    expect(() => attentionMse({ student, teacher: one, mask }, { heads: 'each' })).toThrow(
      /they must be \[B, H, T, T\] twice with as many heads/,
    );
  });
});
