import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { PoolSettings } from './critic-settings.js';
import { pool } from './pool.js';
import { sinusoids } from './transformer-encoder.js';

// Token t of text b is (10 b + t, −t); the second text has two tokens.
const states = () => tf.tensor3d([0, 1].map((b) => [0, 1, 2, 3].map((t) => [10 * b + t, -t])));
const mask = () => tf.tensor2d([[1, 1, 1, 1], [1, 1, 0, 0]]); // prettier-ignore

function rows(settings: PoolSettings): number[][] {
  return tf.tidy(() => pool(states(), mask(), settings).arraySync());
}

describe('pool', () => {
  it('takes the first token', () => {
    expect(rows({ pool: 'cls', tokens: 4 })).toEqual([[0, -0], [10, -0]]); // prettier-ignore
  });

  it('takes the mean over tokens', () => {
    expect(rows({ pool: 'mean', tokens: 4 })).toEqual([[1.5, -1.5], [10.5, -0.5]]); // prettier-ignore
  });

  it('takes tokens that are evenly spread over a text', () => {
    // ⌊(p + ½) · n / 2⌋: of 4 tokens 1 and 3, of 2 tokens 0 and 1
    const two = rows({ pool: 'tokens', tokens: 2 });
    expect(two.map(([x]) => x)).toEqual([1, 3, 10, 11]);
    // of 4 tokens 0, 2 and 3; of 2 tokens 0, 1 and 1
    const three = rows({ pool: 'tokens', tokens: 3 });
    expect(three.map(([x]) => x)).toEqual([0, 2, 3, 10, 11, 11]);
    expect(three.map(([, y]) => y)).toEqual([0, -2, -3, 0, -1, -1]);
  });
});

describe('sinusoids', () => {
  it('matches values worked out by hand', () => {
    const table = tf.tidy(() => sinusoids(3, 4).arraySync());
    // ω = 1 and 10000^(−1/2) = 0.01
    [0, 1, 2].forEach((t) => {
      [Math.sin(t), Math.sin(t / 100), Math.cos(t), Math.cos(t / 100)].forEach((expected, k) => {
        expect((table[t] as number[])[k]).toBeCloseTo(expected, 5);
      });
    });
  });

  it('takes an odd width', () => {
    expect(tf.tidy(() => sinusoids(2, 3).shape)).toEqual([2, 3]);
  });
});
