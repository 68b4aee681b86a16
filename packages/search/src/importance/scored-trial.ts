import type { Configuration } from '../space.js';
import type { Trial } from '../trial.js';

/** A configuration and what came of it. */
export interface ScoredTrial {
  readonly configuration: Configuration;
  /** Finite. */
  readonly score: number;
  /** What it was trained for; importances are computed for each task by itself. */
  readonly task?: string;
  /** The seed of the run, or anything else that tells repetitions apart. */
  readonly repetition?: string;
  /** Where it stands, for errors: `file:line`. */
  readonly place?: string;
}

export interface ScoredTrialsOptions {
  /** Place of the objective in the study. Default 0. */
  readonly objective?: number;
  /** Name of the task that the study was about. */
  readonly task?: string;
  /**
   * Where a pruner compared trials, in units of the study's budget: the trials that came so far count with what they had
   * reached there (the first objective), those that were pruned then or later, too.
   */
  readonly budget?: number;
}

/** The trials of a study with their value of one objective: the complete ones, or those that reached a budget. */
export function scoredTrials(
  trials: readonly Trial[],
  { objective = 0, task, budget }: ScoredTrialsOptions = {},
): ScoredTrial[] {
  return trials.flatMap(({ number, configuration, state, reports, values }) => {
    const score =
      budget === undefined
        ? values?.[objective]
        : reports.find((report) => report.budget === budget)?.value;
    if ((budget === undefined && state !== 'complete') || score === undefined) return [];
    return [
      { configuration, score, ...(task === undefined ? {} : { task }), place: `trial ${number}` },
    ];
  });
}
