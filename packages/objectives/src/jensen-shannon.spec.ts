import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { jensenShannon, jensenShannonComponent } from './jensen-shannon.js';

const plain = { beta: 0.5, temperature: 1, tauSquared: false };

describe('jensenShannon', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', 0.5, 1],
      ['classification', 0.1, 3],
      ['span', 0.5, 1],
    ] as const)('for %s, beta %d, at temperature %d', (kind, beta, temperature) => {
      const settings = { beta, temperature, tauSquared: true };
      const objective = jensenShannonComponent.create(settings, {}) as Objective;
      return check.run({ objective, kind });
    });
  });

  it('matches a value worked out by hand', () => {
    // p_T = (3/4, 1/4) and p_S = (1/4, 3/4) have the mean m = (1/2, 1/2); by symmetry both divergences are
    // 3/4 ln(3/2) + 1/4 ln(1/2).
    const [ours, theirs] = [tf.tensor2d([[0, Math.log(3)]]), tf.tensor2d([[Math.log(3), 0]])];
    const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    expect(jensenShannon(ours, theirs, plain).dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it('is 0 at identity, also in its gradient, and ln 2 where the two exclude each other', () => {
    const logits = tf.tensor2d([[1, -2, 0.5]]);
    const { value, grad } = tf.valueAndGrad((z: tf.Tensor2D) => jensenShannon(z, logits, plain))(
      logits,
    );
    expect(value.dataSync()[0]).toBeCloseTo(0, 6);
    expect(tf.max(tf.abs(grad)).dataSync()[0]).toBeCloseTo(0, 6);
    const apart = jensenShannon(tf.tensor2d([[60, -60]]), tf.tensor2d([[-60, 60]]), plain);
    expect(apart.dataSync()[0]).toBeCloseTo(Math.LN2, 5); // sums of logarithms near −120 lose a digit
  });

  it('refuses multi-label tasks, and a beta that leaves one of the two out', () => {
    const { refuses } = jensenShannonComponent.create(plain, {}) as Objective;
    expect(refuses({ kind: 'multi-label', outputs: 3 } as never)).toMatch(/use sigmoid-kd/);
    expect(jensenShannonComponent.settings.safeParse({ beta: 1 }).success).toBe(false);
  });
});
