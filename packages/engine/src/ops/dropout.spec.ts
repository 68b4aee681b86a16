import { describe, expect, it } from '@jest/globals';
import type { ProgramContext } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { drawUniform } from '../draw-uniform.js';
import { dropout } from './dropout.js';

tf.enableProdMode(); // no advertisement from the cpu backend

function contextAt(step: number, training = true): ProgramContext {
  return {
    training,
    within: (_, body) => body(),
    uniform: (site, shape) =>
      tf.tensor(
        drawUniform(
          { seed: 1, step },
          0,
          site,
          shape.reduce((a, b) => a * b, 1),
        ),
        [...shape],
      ),
  };
}

describe('dropout', () => {
  it('gives x itself outside training and at rate 0', () => {
    const x = tf.ones([2, 2]);
    expect(dropout(x, 0.5, 'site', contextAt(0, false))).toBe(x);
    expect(dropout(x, 0, 'site', contextAt(0))).toBe(x);
  });

  it.each([0.1, 0.25, 0.5])('keeps a share of 1 − %d and scales it', (rate) => {
    const ROUNDS = 60;
    const SIZE = 40 * 50;
    const seen = new Set<number>();
    let kept = 0;
    for (let step = 0; step < ROUNDS; step++) {
      const y = dropout(tf.ones([4, 10, 50]), rate, 'site', contextAt(step)).dataSync();
      y.forEach((value) => seen.add(value));
      kept += y.filter((value) => value !== 0).length;
    }
    expect([...seen].sort()).toEqual([0, Math.fround(1 / (1 - rate))]);
    // Entries are independent in pairs, so the count's variance is that of independent ones: 4 of its σ.
    const sigma = Math.sqrt((rate * (1 - rate)) / (ROUNDS * SIZE));
    expect(Math.abs(kept / (ROUNDS * SIZE) - (1 - rate))).toBeLessThan(4 * sigma);
  });

  it('drops any two entries independently', () => {
    const ROUNDS = 3000;
    const RATE = 0.3;
    const pairs = { 'of one row': [0, 1], 'of one column': [0, 5], 'of neither': [0, 6] } as const;
    const both: Record<string, number> = { 'of one row': 0, 'of one column': 0, 'of neither': 0 };
    for (let step = 0; step < ROUNDS; step++) {
      const y = tf.tidy(() => dropout(tf.ones([2, 5]), RATE, 'site', contextAt(step)).dataSync());
      for (const [name, [i, j]] of Object.entries(pairs)) {
        if (y[i] === 0 && y[j] === 0) both[name] = (both[name] ?? 0) + 1;
      }
    }
    const sigma = Math.sqrt((RATE ** 2 * (1 - RATE ** 2)) / ROUNDS);
    for (const count of Object.values(both)) {
      expect(Math.abs(count / ROUNDS - RATE ** 2)).toBeLessThan(4 * sigma);
    }
  });

  it('refuses a rate outside [0, 1)', () => {
    for (const rate of [-0.1, 1, NaN]) {
      expect(() => dropout(tf.ones([2]), rate, 'layer 0', contextAt(0))).toThrow(
        `dropout: rate is ${rate} at "layer 0"; it must be in [0, 1).`,
      );
    }
  });
});
