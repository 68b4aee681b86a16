import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRng } from './rng.js';

const words = (values: Float32Array): number[] => [...values].map((value) => value * 2 ** 16);
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Pearson's statistic of counts that should be equal; about N(k − 1, 2(k − 1)) for k counts. */
function chiSquare(counts: readonly number[]): number {
  const expected = mean(counts);
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('createRng', () => {
  // An independent ChaCha8 in Python, checked against the published keystream 3e00ef2f895f40d6… of the zero key:
  //   key = sha256(b'distiller/rng/1').digest(); struct.unpack('<8H', chacha8(key, 16))
  it('is ChaCha8 keyed by the hash of the seed', () => {
    const values = words(createRng(1).uniforms(301));
    expect(values.slice(0, 8)).toEqual([52761, 44030, 20940, 46144, 20770, 15977, 38312, 5502]);
    expect(values[300]).toBe(42773); // in the tenth block
  });

  // sha256(sha256(key + b'sdropout').digest() + b'n3').digest() as the key.
  it('derives by hashing the key with each element of the path', () => {
    const values = words(createRng(1).derive('dropout', 3).uniforms(4));
    expect(values).toEqual([22190, 46574, 61423, 50871]);
  });

  // From the same words: 52761 + 44030·2¹⁶ = 2885602841 and 20940 + 46144·2¹⁶ = 3024114124.
  it('makes every kind of number from the same words', () => {
    expect(createRng(1).uniform()).toBe(
      ((2885602841 >>> 5) * 2 ** 26 + (3024114124 >>> 6)) / 2 ** 53,
    );
    expect(createRng(1).integer(10)).toBe(1);
    const radius = Math.sqrt(-2 * Math.log(2885602842 / 2 ** 32));
    const angle = (2 * Math.PI * 3024114124) / 2 ** 32;
    expect([...createRng(1).normals(2)]).toEqual([
      Math.fround(radius * Math.cos(angle)),
      Math.fround(radius * Math.sin(angle)),
    ]);
    expect([...createRng(1).permutation(8)]).toEqual([7, 6, 5, 2, 4, 0, 3, 1]);
  });

  it('gives one stream, however it is cut', () => {
    const size = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(size, size, (a, b) => {
        const cut = createRng(3);
        const parts = [...cut.uniforms(a), ...cut.uniforms(b)];
        expect(parts).toEqual([...createRng(3).uniforms(a + b)]);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('derives the same stream wherever the parent stands and however the path is cut', () => {
    const parent = createRng(5);
    const before = parent.derive('a', 'b').uniforms(8);
    parent.uniforms(100);
    expect(parent.derive('a').derive('b').uniforms(8)).toEqual(before);
  });

  it('derives different streams for different paths', () => {
    const root = createRng(5);
    const streams = [
      root,
      createRng(6),
      root.derive('a', 'b'),
      root.derive('b', 'a'),
      root.derive('ab'),
      root.derive('a'),
      root.derive(1),
      root.derive('1'),
      root.derive('n1'),
      root.derive(-1),
      root.derive(''),
    ].map((rng) => rng.uniforms(8).join());
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('fills [0, 1) evenly', () => {
    const values = createRng(11).uniforms(1_000_000);
    const counts = new Uint32Array(256);
    for (const value of values) {
      const bucket = Math.floor(value * 256);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    // 255 ± 5 standard deviations of √510
    expect(Math.abs(chiSquare([...counts]) - 255)).toBeLessThan(5 * Math.sqrt(510));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('has no correlation between neighbours or between sibling streams', () => {
    const root = createRng(12);
    const [a, b] = [
      root.derive('site', 0).uniforms(100_000),
      root.derive('site', 1).uniforms(100_000),
    ];
    const covariance = (x: Float32Array, y: Float32Array): number =>
      mean(x.map((value, i) => (value - 0.5) * ((y[i] ?? 0.5) - 0.5)));
    // The product of two independent uniforms has standard deviation 1/12.
    const limit = 5 / 12 / Math.sqrt(100_000);
    expect(Math.abs(covariance(a, b))).toBeLessThan(limit);
    expect(Math.abs(covariance(a, a.subarray(1)))).toBeLessThan(limit);
  });

  it('draws 53-bit uniforms', () => {
    const rng = createRng(13);
    const values = Array.from({ length: 20_000 }, () => rng.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.some((value) => (value * 2 ** 52) % 1 !== 0)).toBe(true);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(5 / Math.sqrt(12 * 20_000));
  });

  it('draws integers without favouring small ones', () => {
    // A plain remainder would give the first third of this bound half of the draws.
    const rng = createRng(14);
    const bound = 3 * 2 ** 30;
    const small = Array.from({ length: 10_000 }, () => rng.integer(bound)).filter(
      (i) => i < 2 ** 30,
    );
    expect(Math.abs(small.length / 10_000 - 1 / 3)).toBeLessThan(0.025);
    expect(createRng(14).integer(1)).toBe(0);
    expect(createRng(14).integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('draws normals with the right moments', () => {
    const values = createRng(15).normals(200_001);
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    expect(values).toHaveLength(200_001);
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(200_000));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / 200_000));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / 200_000));
  });

  it('permutes evenly', () => {
    const rng = createRng(16);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = rng.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquare([...counts.values()])).toBeLessThan(20.5); // 99.9 % point of 5 degrees of freedom
    expect([...rng.permutation(1000)].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
    expect(rng.permutation(0)).toHaveLength(0);
  });

  it.each([-1, 1.5, 2 ** 32, NaN])('refuses the seed %d', (seed) => {
    expect(() => createRng(seed)).toThrow(
      `The seed is ${seed}; expected a whole number from 0 to 4294967295.`,
    );
  });

  it.each([0, 2.5, 2 ** 32 + 1])('refuses the bound %d', (bound) => {
    expect(() => createRng(1).integer(bound)).toThrow(
      `Rng.integer: bound is ${bound}; expected a whole number from 1 to 4294967296.`,
    );
  });
});
