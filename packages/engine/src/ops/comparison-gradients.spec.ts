import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { registerComparisonGradients } from './comparison-gradients.js';

tf.enableProdMode(); // no advertisement from the cpu backend

describe('registerComparisonGradients', () => {
  it('lets a program branch on a parameter', () => {
    registerComparisonGradients();
    registerComparisonGradients();
    // Huber: x²/2 up to |x| = 1, |x| − ½ beyond; its slope is x, then the sign
    const huber = (x: tf.Tensor) => {
      const size = tf.abs(x);
      const isSmall = tf.logicalNot(tf.greater(size, 1));
      return tf.sum(tf.where(isSmall, tf.mul(tf.square(x), 0.5), tf.sub(size, 0.5)));
    };
    const slope = tf.grad(huber)(tf.tensor1d([-3, -0.5, 0.25, 2]));
    expect([...slope.dataSync()]).toEqual([-1, -0.5, 0.25, 1]);
  });
});
