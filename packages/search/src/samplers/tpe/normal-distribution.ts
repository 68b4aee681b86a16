import type { Rng } from '@distiller/core';

const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** Beyond it the distribution function is 0 or 1 to the last bit. */
const FAR = 9;

/** Log-density of N(0, 1). */
export function logNormalDensity(x: number): number {
  return -0.5 * x * x - LOG_ROOT_TWO_PI;
}

/**
 * Distribution function Φ of N(0, 1) by the series ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …); its absolute error is below 1e-15.
 *
 * @see Marsaglia, "Evaluating the Normal Distribution", 2004, §3
 */
export function normalProbability(x: number): number {
  if (Math.abs(x) > FAR) return x < 0 ? 0 : 1;
  let term = x;
  let sum = x;
  for (let odd = 3; sum + term !== sum || odd === 3; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * Math.exp(logNormalDensity(x));
}

/** A draw from N(mean, deviation²) within [0, 1]; `mean` must lie in it. Draws again until one does: twice or thrice at worst on average. */
export function drawTruncatedNormal(mean: number, deviation: number, rng: Rng): number {
  for (;;) {
    // 1 − u lies in (0, 1], so the logarithm is finite (Box–Muller).
    const radius = Math.sqrt(-2 * Math.log(1 - rng.uniform()));
    const value = mean + deviation * radius * Math.cos(2 * Math.PI * rng.uniform());
    if (value >= 0 && value <= 1) return value;
  }
}
