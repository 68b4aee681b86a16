import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { embedding } from './embedding.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const TABLE = tf.tensor2d([
  [1, 2],
  [3, 4],
  [5, 6],
]);

describe('embedding', () => {
  it('looks up rows', () => {
    const y = embedding(TABLE, tf.tensor2d([[2, 0]], [1, 2], 'int32'));
    expect(y.shape).toEqual([1, 2, 2]);
    expect([...y.dataSync()]).toEqual([5, 6, 1, 2]);
  });

  it('adds up the gradients of rows that repeat', () => {
    const weights = tf.tensor2d([
      [1, 10],
      [2, 20],
      [4, 40],
    ]);
    const gradient = tf.grad((table) => {
      const ids = tf.cast(tf.tensor1d([2, 0, 2]), 'int32'); // gone when the backward pass comes
      return tf.sum(tf.mul(embedding(table as tf.Tensor2D, ids), weights));
    })(TABLE);
    expect(gradient.arraySync()).toEqual([
      [2, 20],
      [0, 0],
      [5, 50],
    ]);
  });
});
