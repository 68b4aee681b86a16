import { sampleRankCorrelation } from 'simple-statistics';
import { groupBy } from '../group-by.js';

/** Predictions beside what was observed, of one task. */
export interface Ranked {
  /** Higher is better, in any unit. */
  readonly predicted: readonly number[];
  readonly observed: readonly number[];
}

/** How good a ranking of pipelines is; of one task, or a mean over tasks. */
export interface RankingScores {
  /** Spearman's correlation of prediction and observation. */
  readonly spearman: number;
  /** By k: best of all that were observed less the best of the k predicted best. */
  readonly regret: Readonly<Record<1 | 5 | 10, number>>;
  /** Mean of the 5 predicted best less the mean of all. */
  readonly lift: number;
}

/** Spearman's correlation, equal values sharing their mean rank; 0 where either side is constant. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const isConstant = (values: readonly number[]) => values.every((value) => value === values[0]);
  return isConstant(a) || isConstant(b) ? 0 : sampleRankCorrelation([...a], [...b]);
}

/**
 * Scores of one task's ranking. Of equal predictions the first counts as better.
 *
 * @param arrange what is named in which order, given places with the best prediction first. Default: as they are.
 */
export function scoreRanking(
  { predicted, observed }: Ranked,
  arrange = (order: readonly number[]): readonly number[] => order,
): RankingScores {
  const order = predicted.map((_, i) => i);
  order.sort((a, b) => (predicted[b] as number) - (predicted[a] as number) || a - b);
  const ranked = arrange(order).map((i) => observed[i] as number);
  const best = Math.max(...observed);
  const regret = (k: number) => best - Math.max(...ranked.slice(0, k));
  return {
    spearman: spearman(predicted, observed),
    regret: { 1: regret(1), 5: regret(5), 10: regret(10) },
    lift: mean(ranked.slice(0, 5)) - mean(observed),
  };
}

/** Every task counts the same. */
export function meanScores(scores: readonly RankingScores[]): RankingScores {
  const over = (pick: (score: RankingScores) => number) => mean(scores.map(pick));
  return {
    spearman: over((score) => score.spearman),
    regret: {
      1: over(({ regret }) => regret[1]),
      5: over(({ regret }) => regret[5]),
      10: over(({ regret }) => regret[10]),
    },
    lift: over(({ lift }) => lift),
  };
}

/** Place of each value among those of its group, from 0 to 1: (mean rank − ½) / n. */
export function placesWithin(values: readonly number[], groups: readonly string[]): Float64Array {
  const places = new Float64Array(values.length);
  for (const members of groupBy(values.keys(), (i) => groups[i] as string).values()) {
    const sorted = [...members].sort((a, b) => (values[a] as number) - (values[b] as number));
    for (let i = 0; i < sorted.length;) {
      let end = i + 1;
      while (end < sorted.length && values[sorted[end] as number] === values[sorted[i] as number])
        end++;
      for (let j = i; j < end; j++) places[sorted[j] as number] = (i + end) / 2 / sorted.length;
      i = end;
    }
  }
  return places;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
