import { createRng } from '@distiller/core';
import { GOLDENS } from '../goldens.fixture.js';
import { haltonSequence, primes, radicalInverse } from './halton.js';

const asTheyAre = (_: number, digit: number) => digit;

describe('radicalInverse', () => {
  it('mirrors the digits', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((i) => radicalInverse(i, 2, asTheyAre))).toEqual([
      0, 1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8, 3 / 8,
    ]); // prettier-ignore
  });

  it("has the points of SciPy's plain sequence", () => {
    [1, 7, 25, 39].forEach((index, row) =>
      primes(4).forEach((base, dimension) =>
        expect(radicalInverse(index, base, asTheyAre)).toBeCloseTo(
          GOLDENS.halton[row]?.[dimension] as number,
          8,
        ),
      ),
    );
  });

  it('permutes leading zeros too', () => {
    const swapped = (_: number, digit: number) => 1 - digit;
    expect(radicalInverse(0, 2, swapped)).toBeCloseTo(1, 8);
    expect(radicalInverse(1, 2, swapped)).toBeCloseTo(0.5, 8);
  });
});

describe('haltonSequence', () => {
  const dimensions = 12;
  const point = haltonSequence(dimensions, createRng(1));
  const points = Array.from({ length: 256 }, (_, i) => point(i));

  it('puts as many points into every interval of its base', () => {
    // 2⁸ points, base 2: 16 intervals hold 16 each; 3⁵ points, base 3: 27 hold 9 each.
    expect(histogram(points.map(([x]) => x as number), 16)).toEqual(new Array(16).fill(16)); // prettier-ignore
    const inThree = points.slice(0, 243).map(([, y]) => y as number);
    expect(histogram(inThree, 27)).toEqual(new Array(27).fill(9));
  });

  it('covers high dimensions too', () => {
    const last = points.map((at) => at[dimensions - 1] as number);
    for (const count of histogram(last, 4)) expect(Math.abs(count - 64)).toBeLessThan(12);
  });

  it('depends on the seed and on nothing else', () => {
    expect(haltonSequence(dimensions, createRng(1))(200)).toEqual(points[200]);
    expect(haltonSequence(dimensions, createRng(2))(200)).not.toEqual(points[200]);
  });
});

describe('primes', () => {
  it('begins with 2', () => {
    expect(primes(6)).toEqual([2, 3, 5, 7, 11, 13]);
  });
});

function histogram(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(value * bins + 1e-6);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
