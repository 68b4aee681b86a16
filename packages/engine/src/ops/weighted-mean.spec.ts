import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { weightedMean } from './weighted-mean.js';

describe('weightedMean', () => {
  it('weighs rows, and counts all alike without weights', () => {
    const x = tf.tensor1d([1, 2, 6]);
    // (2·1 + 0·2 + 1·6) / 3
    expect(weightedMean(x, tf.tensor1d([2, 0, 1])).dataSync()[0]).toBeCloseTo(8 / 3, 6);
    expect(weightedMean(x).dataSync()[0]).toBeCloseTo(3, 6);
  });

  it('refuses another number of weights', () => {
    expect(() => weightedMean(tf.zeros([3]), tf.ones([2]))).toThrow(
      'There are 3 rows of logits but weights are [2]; expected one a row.',
    );
  });
});
