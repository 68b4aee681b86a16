import { mean, sum } from 'simple-statistics';
import type { Predictions } from './predictions.js';

/**
 * Coefficient of determination 1 − Σ(y − ŷ)² / Σ(y − ȳ)², at most 1 and negative when the mean would be better. With
 * constant labels it is 1 for exact predictions and 0 otherwise.
 */
export function rSquared({ values, labels }: Predictions): number {
  const center = mean([...labels]);
  const residual = sum([...labels].map((label, i) => (label - (values[i] as number)) ** 2));
  const total = sum([...labels].map((label) => (label - center) ** 2));
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
