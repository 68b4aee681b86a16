import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { dist, distComponent } from './dist.js';

const rows = (...p: number[][]) => tf.tensor2d(p.map((row) => row.map(Math.log)));
const student = rows([1 / 4, 1 / 4, 1 / 2], [1 / 4, 1 / 2, 1 / 4]);
const teacher = rows([1 / 2, 1 / 4, 1 / 4], [1 / 4, 1 / 2, 1 / 4]);
// Row 0, centred: (−1, −1, 2)/12 and (2, −1, −1)/12, so ρ = −3/6; row 1 is the teacher's. Mean of 3/2 and 0.
const INTER = 3 / 4;
// Class 0: the student's does not vary; class 1: alike; class 2: the teacher's does not vary. Mean of 1, 0 and 1.
const INTRA = 2 / 3;

const value = (...args: Parameters<typeof dist>) => dist(...args).dataSync()[0] as number;

describe('dist', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', { beta: 1, gamma: 1, temperature: 1 }],
      ['classification', { beta: 0, gamma: 2, temperature: 2 }],
      ['token-classification', { beta: 2, gamma: 0, temperature: 4 }],
    ] as const)('for %s with %j', (kind, settings) =>
      check.run({ objective: distComponent.create(settings, {}) as Objective, kind }),
    );
  });

  it.each([
    [1, 0, INTER],
    [0, 1, INTRA],
    [2, 3, 2 * INTER + 3 * INTRA],
  ])('matches values worked out by hand, β = %d and γ = %d', (beta, gamma, expected) => {
    expect(value(student, teacher, { beta, gamma, temperature: 1 })).toBeCloseTo(expected, 5);
    expect(
      value(tf.mul(student, 2), tf.mul(teacher, 2), { beta, gamma, temperature: 2 }),
    ).toBeCloseTo(4 * expected, 4);
  });

  it('is 0 where the student tells classes and rows apart as its teacher does, if more faintly', () => {
    // Halfway between the teacher and the uniform distribution: a linear map of its probabilities.
    const faint = tf.log(tf.div(tf.add(tf.softmax(teacher), 1 / 3), 2)) as tf.Tensor2D;
    const sharper = rows([0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.2, 0.5]);
    const duller = tf.log(tf.div(tf.add(tf.softmax(sharper), 1 / 3), 2)) as tf.Tensor2D;
    const options = { beta: 1, gamma: 1, temperature: 1 };
    expect(value(duller, sharper, options)).toBeCloseTo(0, 5);
    expect(value(faint, teacher, { ...options, gamma: 0 })).toBeCloseTo(0, 5);
  });

  it('has no relation between rows, and no gradient of it, in a batch of one', () => {
    const [one, other] = [rows([1 / 4, 1 / 4, 1 / 2]), rows([1 / 2, 1 / 4, 1 / 4])];
    const options = { beta: 0, gamma: 1, temperature: 1 };
    const { value: loss, grad } = tf.valueAndGrad((z: tf.Tensor2D) => dist(z, other, options))(one);
    expect(loss.dataSync()[0]).toBe(1);
    expect(tf.max(tf.abs(grad)).dataSync()[0]).toBe(0);
  });

  it('refuses spans, regression and multi-label tasks', () => {
    const { refuses } = distComponent.create(
      { beta: 1, gamma: 1, temperature: 1 },
      {},
    ) as Objective;
    const reason = (kind: string, outputs: number) => refuses({ kind, outputs } as never);
    expect(reason('span', 2)).toMatch(/positions of a span/);
    expect(reason('regression', 1)).toMatch(/use logit-mse/);
    expect(reason('multi-label', 3)).toMatch(/use sigmoid-kd/);
    expect(reason('token-classification', 5)).toBeUndefined();
  });
});
