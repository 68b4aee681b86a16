import { describe, expect, it } from '@jest/globals';
import type { Parameter } from '@distiller/core';
import { assertSameParameters, copyWeights } from './weights.js';

const parameter = (...data: number[]): Parameter => ({
  dtype: 'float32',
  shape: [data.length],
  data: Float32Array.from(data),
});

describe('copyWeights', () => {
  it('gives arrays of its own', () => {
    const weights = { a: parameter(1, 2) };
    const copy = copyWeights(weights);
    weights.a.data[0] = 9;
    expect(copy).toEqual({ a: parameter(1, 2) });
  });
});

describe('assertSameParameters', () => {
  const expected = { a: parameter(1, 2), b: parameter(3) };

  it('accepts other values', () => {
    const other = { b: parameter(7), a: parameter(8, 9) };
    expect(() => assertSameParameters('f', expected, other)).not.toThrow();
  });

  it.each([
    [{ a: parameter(1, 2) }, 'f: parameter "b" is missing.'],
    [{ ...expected, b: parameter(1, 2) }, 'f: parameter "b" is [2] with 2 values; expected [1].'],
    [{ ...expected, c: parameter(1) }, 'f: there is no parameter "c".'],
    [
      { ...expected, b: { ...parameter(1, 2), shape: [1] } },
      'f: parameter "b" is [1] with 2 values; expected [1].',
    ],
  ])('refuses others (%#)', (given, message) => {
    expect(() => assertSameParameters('f', expected, given)).toThrow(message);
  });
});
