import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { gelu } from './gelu.js';

tf.enableProdMode(); // no advertisement from the cpu backend

describe('gelu', () => {
  // torch 2.15: y = F.gelu(x); y.sum().backward()
  const X = [-3, -1, 0, 0.5, 2];
  const Y = [-0.0040502, -0.1586553, 0, 0.3457312, 1.9544997];
  const SLOPE = [-0.0119456, -0.0833154, 0.5, 0.8674951, 1.0852319];

  it('agrees with torch', () => {
    [...gelu(tf.tensor1d(X)).dataSync()].forEach((y, i) =>
      expect(y).toBeCloseTo(Y[i] as number, 6),
    );
  });

  it('has the slope that torch finds', () => {
    const slope = tf.grad((x) => tf.sum(gelu(x)))(tf.tensor1d(X));
    [...slope.dataSync()].forEach((dx, i) => expect(dx).toBeCloseTo(SLOPE[i] as number, 6));
  });

  it('keeps nothing but its result', () => {
    const x = tf.tensor1d(X);
    const { numTensors } = tf.memory();
    gelu(x).dispose();
    tf.grad((y) => tf.sum(gelu(y)))(x).dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
