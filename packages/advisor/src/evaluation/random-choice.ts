import { createRng, DistillerError } from '@distiller/core';
import { meanScores, scoreRanking, type RankingScores } from './ranking.js';

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

/** What a random order of pipelines is expected to score. */
export function randomScores(values: readonly number[]): RankingScores {
  const regret = (k: number) => randomRegret(values, k);
  return { spearman: 0, regret: { 1: regret(1), 5: regret(5), 10: regret(10) }, lift: 0 };
}

/**
 * What someone would score who knew the true value of every pipeline, when each was run once with noise: an estimate of the best that any
 * predictor can do. True values are taken to be those observed, drawn to their mean by the share of noise in their variance.
 *
 * @param deviation of the noise between equal runs.
 * @param draws how often noise is made up.
 */
export function oracleScores(
  values: readonly number[],
  deviation: number,
  { seed = 1, draws = 400 }: { readonly seed?: number; readonly draws?: number } = {},
): RankingScores {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const kept = variance > 0 ? Math.sqrt(Math.max(0, 1 - deviation ** 2 / variance)) : 0;
  const predicted = values.map((value) => mean + kept * (value - mean));
  const scores = Array.from({ length: draws }, (_, draw) => {
    const noise = createRng(seed).derive('oracle', draw).normals(values.length);
    return scoreRanking({
      predicted,
      observed: predicted.map((value, i) => value + deviation * (noise[i] as number)),
    });
  });
  return meanScores(scores);
}
