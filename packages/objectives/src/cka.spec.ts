import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { cka, ckaComponent } from './cka.js';

describe('cka', () => {
  describe('mean', () => {
    const objective = ckaComponent.create({ pool: 'mean' }, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  describe('tokens', () => {
    const objective = ckaComponent.create({ pool: 'tokens' }, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  describe('cls', () => {
    const objective = ckaComponent.create({ pool: 'cls' }, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  const X = [1, 0, 2, 1, 0, 3, 1, 1];
  const Y = [1, 2, 0, 0, 1, 1, 3, 0, 1, 1, 1, 1];

  it('matches the reference, by texts and by tokens', () => {
    // CKA of X [4, 2] and Y [4, 3] is .9649927916
    const texts = {
      student: tf.tensor3d(X, [4, 1, 2]),
      teacher: tf.tensor3d(Y, [4, 1, 3]),
      mask: tf.ones([4, 1]) as tf.Tensor2D,
    };
    const tokens = {
      student: tf.tensor3d([...X, 9, 9], [1, 5, 2]),
      teacher: tf.tensor3d([...Y, -9, 9, 0], [1, 5, 3]),
      mask: tf.tensor2d([[1, 1, 1, 1, 0]]),
    };
    for (const pool of ['cls', 'mean'] as const)
      expect(cka(texts, { pool }).dataSync()[0]).toBeCloseTo(1 - 0.9649927916, 6);
    expect(cka(tokens, { pool: 'tokens' }).dataSync()[0]).toBeCloseTo(1 - 0.9649927916, 6);
  });

  it('does not see scale, and is 0 at identical states', () => {
    const states = tf.tensor3d(X, [4, 1, 2]);
    for (const [own, scale] of [
      [1, 3],
      [1e-2, 1],
      [1e5, 1e5], // the product of the squared norms is above float32
    ] as const) {
      const [student, teacher] = [tf.mul(states, own), tf.mul(states, scale)];
      const loss = cka({ student, teacher, mask: tf.ones([4, 1]) }, { pool: 'mean' });
      expect(loss.dataSync()[0]).toBeCloseTo(0, 5);
    }
  });

  it('is 1 without a gradient in a batch of one', () => {
    const teacher = tf.tensor3d([3, 0, 1], [1, 1, 3]);
    const mask = tf.ones([1, 1]) as tf.Tensor2D;
    const loss = (student: tf.Tensor) => cka({ student, teacher, mask }, { pool: 'mean' });
    const { value, grad } = tf.valueAndGrad((x) => loss(x) as tf.Scalar)(
      tf.tensor3d([1, 2], [1, 1, 2]),
    );
    expect(value.dataSync()[0]).toBe(1);
    expect([...grad.dataSync()].map(Math.abs)).toEqual([0, 0]);
  });
});
