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

/**
 * The complete trials of a study with their value of one objective.
 *
 * @param objective place of the objective in the study. Default 0.
 * @param task name of the task that the study was about.
 */
export function scoredTrials(
  trials: readonly Trial[],
  objective = 0,
  task?: string,
): ScoredTrial[] {
  return trials.flatMap(({ number, configuration, state, values }) => {
    const score = values?.[objective];
    if (state !== 'complete' || score === undefined) return [];
    return [
      { configuration, score, ...(task === undefined ? {} : { task }), place: `trial ${number}` },
    ];
  });
}
