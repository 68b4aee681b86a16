import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { dkd, dkdComponent } from './dkd.js';
import { kl } from './kl.js';

const logits = (...p: number[]) => tf.tensor2d([p.map(Math.log)]);
// The label is 0. b_T = (1/2, 1/2), b_S = (1/4, 3/4); the others: p̂_T = (1/2, 1/2), p̂_S = (1/3, 2/3).
const student = logits(1 / 4, 1 / 4, 1 / 2);
const teacher = logits(1 / 2, 1 / 4, 1 / 4);
const label = tf.tensor1d([0], 'int32');
const LABEL = 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3);
const OTHERS = 0.5 * Math.log(3 / 2) + 0.5 * Math.log(3 / 4);

describe('dkd', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', { alpha: 1, beta: 8, temperature: 4 }],
      ['token-classification', { alpha: 0, beta: 1, temperature: 1 }],
      ['span', { alpha: 1, beta: 0.5, temperature: 2 }],
    ] as const)('for %s with %j', (kind, settings) =>
      check.run({ objective: dkdComponent.create(settings, {}) as Objective, kind }),
    );
  });

  it.each([
    [1, 0, LABEL],
    [0, 1, OTHERS],
    [2, 3, 2 * LABEL + 3 * OTHERS],
  ])('matches values worked out by hand, α = %d and β = %d', (alpha, beta, expected) => {
    const loss = dkd(student, teacher, label, { alpha, beta, temperature: 1 });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
    const softened = { alpha, beta, temperature: 3 };
    expect(dkd(tf.mul(student, 3), tf.mul(teacher, 3), label, softened).dataSync()[0]).toBeCloseTo(
      9 * expected,
      5,
    );
  });

  it('is KL when β is what the teacher leaves to the other classes', () => {
    // 1 − p_T,0 = 1/2
    const parts = dkd(student, teacher, label, { alpha: 1, beta: 0.5, temperature: 1 });
    const whole = kl(student, teacher, { direction: 'forward', temperature: 1, tauSquared: false });
    expect(parts.dataSync()[0]).toBeCloseTo(whole.dataSync()[0] as number, 6);
  });

  it('refuses labels that are no class ids, and multi-label tasks', () => {
    const options = { alpha: 1, beta: 1, temperature: 1 };
    expect(() => dkd(student, teacher, tf.tensor1d([0.5]), options)).toThrow(
      'dkd: student is [1, 3] but labels are float32 [1]; it needs one int32 class id a row.',
    );
    const { refuses } = dkdComponent.create(options, {}) as Objective;
    expect(refuses({ kind: 'multi-label', outputs: 3 } as never)).toMatch(/use sigmoid-kd/);
  });

  it('has the defaults of the paper', () => {
    expect(dkdComponent.settings.parse({})).toEqual({ alpha: 1, beta: 8, temperature: 4 });
  });
});
