import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { linear } from './linear.js';

tf.enableProdMode(); // no advertisement from the cpu backend

describe('linear', () => {
  it('multiplies by the transposed weight and adds the bias', () => {
    // (1, 2) · ((1, 0), (3, −1), (0, 5))ᵀ + (10, 20, 30) = (1 + 10, 1 + 20, 10 + 30)
    const weight = tf.tensor2d([
      [1, 0],
      [3, -1],
      [0, 5],
    ]);
    const y = linear(tf.tensor3d([[[1, 2]]]), weight, tf.tensor1d([10, 20, 30]));
    expect(y.shape).toEqual([1, 1, 3]);
    expect([...y.dataSync()]).toEqual([11, 21, 40]);
  });

  it('refuses widths that do not fit', () => {
    expect(() => linear(tf.ones([2, 3]), tf.ones([5, 4]))).toThrow(
      'linear: x is [2, 3] but weight is [5, 4]; weight must be [out, in] with in = the last axis of x.',
    );
    expect(() => linear(tf.ones([2, 4]), tf.ones([5, 4]), tf.ones([4]))).toThrow(
      'linear: bias is [4] but weight is [5, 4]; bias must be [5].',
    );
  });
});
