import type { Configuration } from '../space.js';
import type { TrialOutcome } from '../study/journal-record.js';
import type { TrialEntry } from '../study/study-state.js';
import { runValue } from '../study/trial-values.js';
import type { StudyObjective } from '../trial.js';

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
  /** The objectives of the study, in its order. */
  readonly objectives: readonly StudyObjective[];
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

/**
 * The trials of a study with their value of one objective: the complete ones, or those that reached a budget. A complete trial
 * with several seeds counts once for each, so that differences are taken within a seed.
 */
export function scoredTrials(
  trials: readonly TrialEntry[],
  { objectives, objective = 0, task, budget }: ScoredTrialsOptions,
): ScoredTrial[] {
  return trials.flatMap(({ number, configuration, outcome }) =>
    (budget === undefined
      ? completeScores(outcome, objectives, objective)
      : scoresAt(outcome, budget)
    ).map((scored) => ({
      configuration,
      ...scored,
      ...(task === undefined ? {} : { task }),
      place: `trial ${number}`,
    })),
  );
}

type Scored = Pick<ScoredTrial, 'score' | 'repetition'>;

function completeScores(
  outcome: TrialOutcome | undefined,
  objectives: readonly StudyObjective[],
  place: number,
): Scored[] {
  const objective = objectives[place];
  if (outcome?.state !== 'complete' || !objective) return [];
  const { values, runs } = outcome;
  if (runs.length < 2) return [{ score: values[place] as number }];
  return runs.map((run) => ({ score: runValue(objective, run), repetition: `seed ${run.seed}` }));
}

function scoresAt(outcome: TrialOutcome | undefined, budget: number): Scored[] {
  const report = outcome?.reports.find((candidate) => candidate.budget === budget);
  return report ? [{ score: report.value }] : [];
}
