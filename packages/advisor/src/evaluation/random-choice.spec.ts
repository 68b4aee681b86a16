import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedMaximum, randomRegret } from './random-choice.js';

describe('expectedMaximum', () => {
  it('is what counting all draws gives', () => {
    // Pairs of 1, 2, 4, 8: maxima 2, 4, 8, 4, 8, 8.
    expect(expectedMaximum([8, 1, 4, 2], 2)).toBeCloseTo(34 / 6, 12);
    expect(expectedMaximum([8, 1, 4, 2], 1)).toBeCloseTo(15 / 4, 12);
    // Triples: 4, 8, 8, 8.
    expect(expectedMaximum([8, 1, 4, 2], 3)).toBeCloseTo(7, 12);
    expect(expectedMaximum([8, 1, 4, 2], 4)).toBe(8);
    expect(expectedMaximum([8, 1], 10)).toBe(8);
  });

  it('stays between mean and maximum and grows with k', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 }), (v) => {
        const maxima = v.map((_, i) => expectedMaximum(v, i + 1));
        const mean = v.reduce((a, b) => a + b, 0) / v.length;
        expect(maxima[0]).toBeCloseTo(mean, 10);
        for (let k = 1; k < maxima.length; k++) {
          expect(maxima[k] as number).toBeGreaterThanOrEqual((maxima[k - 1] as number) - 1e-12);
        }
        expect(maxima.at(-1)).toBe(Math.max(...v));
      }),
    );
  });

  it('does not overflow with a thousand values', () => {
    // Of 0 … 999 the expected maximum of k is (k · 1001) / (k + 1) − 1.
    const values = Array.from({ length: 1000 }, (_, i) => i);
    expect(expectedMaximum(values, 300)).toBeCloseTo((300 * 1001) / 301 - 1, 8);
  });

  it.each([
    [[], 1],
    [[1], 0],
    [[1], 1.5],
  ])('refuses %j, %d', (values, k) => {
    expect(() => expectedMaximum(values, k)).toThrow('expectedMaximum');
  });
});

describe('randomRegret', () => {
  it('is the distance from the best', () => {
    expect(randomRegret([8, 1, 4, 2], 2)).toBeCloseTo(8 - 34 / 6, 12);
  });
});
