import { describe, expect, it } from '@jest/globals';
import { float16Table, toBfloat16, toFloat16 } from './half-precision.js';

const patterns = Array.from({ length: 0x10000 }, (_, pattern) => pattern);
const bfloat16 = (pattern: number) =>
  new Float32Array(Uint32Array.of(pattern << 16).buffer)[0] as number;

describe('toFloat16', () => {
  it('gives back every bit pattern that is a number', () => {
    const table = float16Table();
    const changed = patterns.filter(
      (pattern) => !Number.isNaN(table[pattern]) && toFloat16(table[pattern] as number) !== pattern,
    );
    expect(changed).toEqual([]);
  });

  it('rounds to the nearest neighbour, and to the even one half-way', () => {
    const table = float16Table();
    for (let low = 0; low < 0x7bff; low++) {
      const [a, b] = [table[low] as number, table[low + 1] as number];
      const half = (a + b) / 2; // exact: float32 has 13 more bits
      const even = low % 2 === 0 ? low : low + 1;
      const step = (b - a) / 1024;
      const found = [toFloat16(half - step), toFloat16(half), toFloat16(half + step)];
      if (found.join() !== [low, even, low + 1].join()) expect(found).toEqual([low, even, low + 1]);
      if (toFloat16(-half) !== (even | 0x8000)) expect(toFloat16(-half)).toBe(even | 0x8000);
    }
  });

  // 65,504 is the largest; the next would be 65,536, half-way lies at 65,520 and goes to the even one: infinity.
  it.each([
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [Infinity, 0x7c00],
    [2 ** -25, 0],
    [2 ** -25 * 1.5, 1],
    [-1e-40, 0x8000],
  ])('rounds %d to 0x%s', (value, pattern) => {
    expect(toFloat16(value)).toBe(pattern);
  });

  it('keeps a NaN', () => {
    expect(float16Table()[toFloat16(NaN)]).toBeNaN();
  });
});

describe('toBfloat16', () => {
  it('gives back every bit pattern that is a number', () => {
    const changed = patterns.filter(
      (pattern) => !Number.isNaN(bfloat16(pattern)) && toBfloat16(bfloat16(pattern)) !== pattern,
    );
    expect(changed).toEqual([]);
  });

  // Seven fraction bits: 1 + 2⁻⁷ follows 1. Half-way goes down to the even 1, from 1 + 3·2⁻⁸ up to 1 + 2⁻⁶.
  it.each([
    [1 + 2 ** -8, 0x3f80],
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [1 + 3 * 2 ** -8, 0x3f82],
    [-(1 + 3 * 2 ** -8), 0xbf82],
    [3.4028234e38, 0x7f80],
  ])('rounds %d', (value, pattern) => {
    expect(toBfloat16(value)).toBe(pattern);
  });

  it('keeps a NaN', () => {
    expect(bfloat16(toBfloat16(NaN))).toBeNaN();
  });
});
