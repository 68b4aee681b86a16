import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { attentionCe, attentionCeComponent } from './attention-ce.js';

describe('attentionCe', () => {
  describe('each head', () => {
    const objective = attentionCeComponent.create({ heads: 'each' }, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  describe('mean over heads', () => {
    const objective = attentionCeComponent.create({ heads: 'mean' }, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches values worked out by hand', () => {
    // Two tokens and a padding key; each query of the teacher attends (3/4, 1/4), of the student (1/3, 2/3).
    const rows = (a: number) => [a, 0, 50, a, 0, 50, 1, 2, 3];
    const student = tf.tensor4d([...rows(-Math.log(2)), ...rows(-Math.log(2))], [1, 2, 3, 3]);
    const teacher = tf.tensor4d([...rows(Math.log(3)), ...rows(Math.log(3))], [1, 2, 3, 3]);
    const mask = tf.tensor2d([[1, 1, 0]]);
    const perQuery = 0.75 * Math.log(3) + 0.25 * Math.log(1.5);
    for (const heads of ['each', 'mean'] as const)
      expect(attentionCe({ student, teacher, mask }, { heads }).dataSync()[0]).toBeCloseTo(
        perQuery,
        5,
      );
  });

  it('averages scores, not distributions, and so takes other numbers of heads', () => {
    const mask = tf.ones([1, 2]) as tf.Tensor2D;
    // Heads (2 ln 3, 0) and (0, 0): their mean (ln 3, 0) is (3/4, 1/4); the teacher's one head is uniform.
    const row = (a: number) => [a, 0, a, 0];
    const student = tf.tensor4d([...row(2 * Math.log(3)), ...row(0)], [1, 2, 2, 2]);
    const teacher = tf.zeros([1, 1, 2, 2]);
    expect(attentionCe({ student, teacher, mask }, { heads: 'mean' }).dataSync()[0]).toBeCloseTo(
      0.5 * Math.log(4 / 3) + 0.5 * Math.log(4),
      6,
    );
    expect(() => attentionCe({ student, teacher, mask }, { heads: 'each' })).toThrow(
      /they must be \[B, H, T, T\] twice with as many heads/,
    );
  });
});
