import type { Rng } from '@distiller/core';

/** Digits behind 2⁻³² make no difference to a study. */
const FINEST = 2 ** -32;

/** What becomes of a digit: by its place behind the point, from 0, and its value. */
type DigitMap = (place: number, digit: number) => number;

/**
 * The digits of a whole number in a base, mirrored at the point: 6 = 110₂ becomes 0.011₂ = 3/8. Each digit goes through
 * `digitOf` first, the zeros that follow too, down to 2⁻³².
 *
 * @returns a number in [0, 1).
 */
export function radicalInverse(index: number, base: number, digitOf: DigitMap): number {
  let rest = index;
  let inverse = 0;
  for (let place = 0, unit = 1 / base; unit > FINEST; place++, unit /= base) {
    inverse += digitOf(place, rest % base) * unit;
    rest = Math.floor(rest / base);
  }
  return inverse;
}

/**
 * A Halton sequence whose digits are permuted at random, anew for each place and dimension: any n points cover the unit cube more
 * evenly than n independent ones, each point alone is uniform, and high dimensions don't march in step as they do without the
 * permutations. Dimension d counts in the base of the d-th prime number.
 *
 * @returns the point at an index from 0, [dimensions].
 * @see Halton, "On the Efficiency of Certain Quasi-Random Sequences of Points", 1960
 * @see Owen, "A Randomized Halton Algorithm in R", 2017, §3, arXiv:1706.02808
 */
export function haltonSequence(dimensions: number, rng: Rng): (index: number) => number[] {
  const axes = primes(dimensions).map((base, dimension) => {
    const permutations: Uint32Array[] = [];
    const digitOf: DigitMap = (place, digit) => {
      const permutation = (permutations[place] ??= rng.derive(dimension, place).permutation(base));
      return permutation[digit] as number;
    };
    return (index: number) => radicalInverse(index, base, digitOf);
  });
  return (index) => axes.map((axis) => axis(index));
}

/** The first n prime numbers. */
export function primes(n: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < n; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
