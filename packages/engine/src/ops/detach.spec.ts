import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { detach } from './detach.js';

tf.enableProdMode(); // no advertisement from the cpu backend

describe('detach', () => {
  it('keeps the values and stops the gradient', () => {
    const x = tf.tensor1d([2, 3]);
    // d/dx Σ x · detach(x) = detach(x)
    const gradient = tf.grad((y) => tf.sum(tf.mul(y, detach(y))))(x);
    expect([...gradient.dataSync()]).toEqual([2, 3]);
    expect([
      ...tf
        .grad((y) => tf.sum(detach(y)))(x)
        .dataSync(),
    ]).toEqual([0, 0]);
  });
});
