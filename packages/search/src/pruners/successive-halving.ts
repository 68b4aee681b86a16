import type { Trial } from '../trial.js';
import { lossOf, reportAt, type Pruner, type PruneRequest } from './pruner.js';

export interface HalvingOptions {
  /** Budget of the first rung, r, in the study's unit. */
  readonly minimum: number;
  /** Of a whole training, R. */
  readonly maximum: number;
  /** One in this many trials stays at each rung, η. */
  readonly reduction: number;
}

/**
 * Asynchronous successive halving: at each rung r·η^k below R a trial goes on when it is among the best ⌊n/η⌋ (at least one) of the n
 * trials that have got there, itself included. It need not wait for others: the first trial at a rung always goes on, and
 * none that was stopped starts again. Equal values go on together.
 *
 * A trial's value at a rung is its first report there or beyond; a report that jumps several rungs is judged at each.
 *
 * @see Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020, §3, arXiv:1810.05934 (ASHA; stopping in place of promotion)
 */
export function asha(options: HalvingOptions): Pruner {
  const rungs = rungsOf(options);
  return {
    name: 'asha',
    rungs: () => rungs,
    decide: (request) => decideAtRungs(request, rungs, options.reduction, request.earlier),
  };
}

/** r·η^k below R, k = 0, 1, … */
export function rungsOf({ minimum, maximum, reduction }: HalvingOptions): number[] {
  const rungs: number[] = [];
  for (let k = 0; ; k++) {
    const rung = minimum * reduction ** k;
    if (rung >= maximum) return rungs;
    rungs.push(rung);
  }
}

/** The decision of successive halving among some trials. */
export function decideAtRungs(
  { number, reports, direction }: PruneRequest,
  rungs: readonly number[],
  reduction: number,
  rivals: readonly Trial[],
): 'continue' | 'prune' {
  const last = reports.at(-1);
  if (!last) return 'continue';
  const before = reports.at(-2)?.budget ?? -Infinity;
  const reached = rungs.filter((rung) => rung > before && rung <= last.budget);
  const own = lossOf(last.value, direction);
  const isKept = reached.every((rung) => {
    const others = rivals.flatMap((rival) => {
      const report = rival.number === number ? undefined : reportAt(rival.reports, rung);
      return report ? [lossOf(report.value, direction)] : [];
    });
    const places = Math.max(1, Math.floor((others.length + 1) / reduction));
    return others.filter((loss) => loss < own).length < places;
  });
  return isKept ? 'continue' : 'prune';
}
