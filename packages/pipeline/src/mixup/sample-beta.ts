import type { Rng } from '@distiller/core';

/**
 * A draw from Beta(a, b). Jöhnk's method where both are at most 1, in logarithms so that tiny exponents do not underflow;
 * else X / (X + Y) of two gamma draws.
 *
 * @param a > 0. @param b > 0.
 * @see Devroye, "Non-Uniform Random Variate Generation", 1986, §IX.3.5 (Jöhnk) and §IX.4.1
 */
export function sampleBeta(rng: Rng, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const x = sampleGamma(rng, a);
    return x / (x + sampleGamma(rng, b));
  }
  for (;;) {
    const x = Math.log(positive(rng)) / a; // log of U^(1/a)
    const y = Math.log(positive(rng)) / b;
    const larger = Math.max(x, y);
    const sum = larger + Math.log(Math.exp(x - larger) + Math.exp(y - larger));
    if (sum <= 0) return Math.exp(x - sum);
  }
}

/**
 * A draw from Gamma(shape, 1): d·v with d = shape − 1/3 and v = (1 + z/√(9d))³, accepted with its density; shapes below 1
 * from shape + 1 by a power of a uniform.
 *
 * @see Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000, §2 and §6
 */
export function sampleGamma(rng: Rng, shape: number): number {
  if (shape < 1) return sampleGamma(rng, shape + 1) * positive(rng) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = rng.normals(1)[0] as number;
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(positive(rng)) < z ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Uniform in (0, 1]. */
function positive(rng: Rng): number {
  return 1 - rng.uniform();
}
