import { DistillerError } from '@distiller/core';

/**
 * Expected maximum of k values drawn at random without replacement. With the values sorted upwards it is
 * Σᵢ v₍ᵢ₎ · C(i − 1, k − 1) / C(n, k), i from k to n: the i-th is the largest when the other k − 1 are among the i − 1 below it.
 *
 * @param values one or more.
 * @param k at least 1; with k ≥ n it is the maximum itself.
 */
export function expectedMaximum(values: readonly number[], k: number): number {
  if (values.length === 0 || !Number.isInteger(k) || k < 1) {
    throw new DistillerError(
      'bug',
      `expectedMaximum: ${k} of ${values.length} values; expected one or more of one or more.`,
    );
  }
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  if (k >= n) return sorted[n - 1] as number;
  // P(maximum is the i-th), from the top: k / n for the largest, then × (i − k) / (i − 1) for each step down.
  let probability = k / n;
  let expected = 0;
  for (let i = n; i >= k; i--) {
    expected += probability * (sorted[i - 1] as number);
    probability *= i > 1 ? (i - k) / (i - 1) : 0;
  }
  return expected;
}

/** What k pipelines chosen at random are expected to lack of the best that was tried. */
export function randomRegret(values: readonly number[], k: number): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity) - expectedMaximum(values, k);
}
