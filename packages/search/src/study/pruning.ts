import { createPruner } from '../pruners/create-pruner.js';
import type { PrunerSettings } from '../pruners/pruner-settings.js';
import type { StudyObjective, Trial, TrialReport } from '../trial.js';
import type { TrialJob } from './trial-job.js';

/** What decides whether a trial goes on; plain data. */
export interface TrialPruning {
  readonly pruner: PrunerSettings;
  /** Budget of a whole training. */
  readonly maximum: number;
  /** The trials with which it is compared. */
  readonly peers: readonly Trial[];
  readonly direction: StudyObjective['direction'];
}

/** A point of the training at which a trial is compared with others. */
export interface Rung {
  readonly budget: number;
  /** Of the whole training, in (0, 1). */
  readonly share: number;
}

/** Where a trial is compared: at the rungs of its pruner, or after every unit of budget where it has none of its own. */
export function rungsOf({
  number,
  pruning,
}: Pick<TrialJob, 'number' | 'pruning'>): readonly Rung[] {
  if (!pruning) return [];
  const { pruner, maximum } = pruning;
  const every = Array.from({ length: Math.ceil(maximum) - 1 }, (_, i) => i + 1);
  const budgets = createPruner(pruner, maximum).rungs(number) ?? every;
  return budgets.map((budget) => ({ budget, share: budget / maximum }));
}

/** Whether a trial ends where one of its reports was made; a function of them, so that a resumed trial decides as before. */
export function isPruned(
  { number, pruning }: Pick<TrialJob, 'number' | 'pruning'>,
  reports: readonly TrialReport[],
): boolean {
  if (!pruning) return false;
  const { peers: earlier, direction } = pruning;
  const pruner = createPruner(pruning.pruner, pruning.maximum);
  return reports.some((_, last) => {
    const seen = reports.slice(0, last + 1);
    return pruner.decide({ number, reports: seen, earlier, direction }) === 'prune';
  });
}
