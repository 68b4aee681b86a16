import { lossOf, type Pruner } from './pruner.js';

export interface MedianOptions {
  /** Earlier trials that must be complete before any is stopped. */
  readonly startupTrials: number;
  /** No trial is stopped below this budget. */
  readonly warmup: number;
}

/**
 * Stops a trial whose best report so far is worse than the median of what the complete earlier trials had reported at the same budget.
 * Of a trial that made no report just there, its last one below counts.
 *
 * @see Golovin et al., "Google Vizier", 2017, §3.2.2 (there: the median of running averages)
 */
export function median({ startupTrials, warmup }: MedianOptions): Pruner {
  return {
    name: 'median',
    rungs: () => undefined,
    decide({ reports, earlier, direction }) {
      const last = reports.at(-1);
      if (!last || last.budget < warmup) return 'continue';
      const others = earlier.flatMap((trial) => {
        if (trial.state !== 'complete') return [];
        const report = trial.reports.filter(({ budget }) => budget <= last.budget).at(-1);
        return report ? [lossOf(report.value, direction)] : [];
      });
      if (others.length < Math.max(1, startupTrials)) return 'continue';
      const best = Math.min(...reports.map(({ value }) => lossOf(value, direction)));
      return best > medianOf(others) ? 'prune' : 'continue';
    },
  };
}

/** Of an even number of values, the mean of the two in the middle. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  if (!Number.isInteger(middle)) return upper;
  const lower = sorted[middle - 1] as number;
  return lower === upper ? upper : (lower + upper) / 2; // also where both are infinite
}
