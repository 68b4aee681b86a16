import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { layerNorm } from './layer-norm.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const Y = [-1.069041, 0.86637, 1.672604, -0.392232, 0.509711, 1.745621];
const DX = [0.51543, -0.773146, 0.257716, 0.543089, -0.407319, -0.135771];
const DGAMMA = [-1.853504, 0.26726, 2.040962];
const DBETA = [3, -1, 1.5];

describe('layerNorm', () => {
  it('gives a value worked out by hand', () => {
    // mean 3, variance ((−2)² + 2²)/2 = 4: (x − 3)/2 = (−1, 1), times (2, 3), plus (10, 20)
    const y = layerNorm(tf.tensor2d([[1, 5]]), tf.tensor1d([2, 3]), tf.tensor1d([10, 20]), 1e-12);
    expect([...y.dataSync()]).toEqual([8, 23]);
  });

  it('agrees with torch in values and all three gradients', () => {
    // torch 2.15: y = F.layer_norm(x, (3,), g, b, 1e-5); (y * w).sum().backward()
    const w = tf.tensor2d([
      [1, -1, 0.5],
      [2, 0, 1],
    ]);
    const operands = [
      tf.tensor2d([
        [1, 2, 4],
        [0, -1, 3],
      ]),
      tf.tensor1d([1, 0.5, 2]),
      tf.tensor1d([0, 1, -1]),
    ] as const;
    const gradients = tf.grads((x, gamma, beta) =>
      tf.sum(tf.mul(layerNorm(x, gamma as tf.Tensor, beta as tf.Tensor, 1e-5), w)),
    )([...operands]);
    const EXPECTED = [DX, DGAMMA, DBETA];
    gradients.forEach((gradient, i) =>
      [...gradient.dataSync()].forEach((value, k) =>
        expect(value).toBeCloseTo(EXPECTED[i]?.[k] as number, 5),
      ),
    );
    [...layerNorm(...operands, 1e-5).dataSync()].forEach((value, k) =>
      expect(value).toBeCloseTo(Y[k] as number, 5),
    );
  });

  it('does not see a shift or a positive scale of a row', () => {
    const [one, zero] = [tf.ones([4]), tf.zeros([4])];
    const row = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, fc.integer({ min: -50, max: 50 }), (values, shift) => {
        fc.pre(new Set(values).size > 1);
        const normal = layerNorm(tf.tensor2d([values]), one, zero, 1e-12).dataSync();
        const moved = tf.tensor2d([values.map((value) => 3 * value + shift)]);
        layerNorm(moved, one, zero, 1e-12)
          .dataSync()
          .forEach((value, i) => expect(value).toBeCloseTo(normal[i] as number, 4));
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('refuses a gamma of another width', () => {
    expect(() => layerNorm(tf.ones([2, 3]), tf.ones([4]), tf.ones([3]), 1e-12)).toThrow(
      'layerNorm: x is [2, 3] but gamma is [4]; gamma must be [3].',
    );
  });

  it('keeps nothing but its result', () => {
    const [x, gamma, beta] = [tf.ones([2, 3]), tf.ones([3]), tf.ones([3])];
    const { numTensors } = tf.memory();
    layerNorm(x, gamma, beta, 1e-12).dispose();
    tf.dispose(
      tf.grads((a, b, c) => tf.sum(layerNorm(a, b as tf.Tensor, c as tf.Tensor, 1e-12)))([
        x,
        gamma,
        beta,
      ]),
    );
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
