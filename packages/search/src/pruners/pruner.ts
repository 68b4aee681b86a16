import type { StudyObjective, Trial, TrialReport } from '../trial.js';

/** All that a decision depends on. */
export interface PruneRequest {
  /** Of the trial that is judged. */
  readonly number: number;
  /** What it has reported so far, by increasing budget; the last one is judged. */
  readonly reports: readonly TrialReport[];
  /**
   * Other trials with what they had reported. What is shown must itself not depend on when workers happen to finish, or a resumed study
   * would decide otherwise: for instance the trials of lower numbers whose reports at this budget the study has waited for.
   */
  readonly earlier: readonly Trial[];
  /** Of the study's first objective, which is what is reported. */
  readonly direction: StudyObjective['direction'];
}

/** Stops trials that promise little. A pure function of its request. */
export interface Pruner {
  readonly name: string;
  /**
   * The budgets, rising and below the full one, at which a decision can fall on trial `number`; undefined when any report may be judged. A
   * study need report only at these.
   */
  rungs(number: number): readonly number[] | undefined;
  decide(request: PruneRequest): 'continue' | 'prune';
}

/** Values as losses, so that less is better; NaN becomes infinitely bad. */
export function lossOf(value: number, direction: StudyObjective['direction']): number {
  if (Number.isNaN(value)) return Infinity;
  return direction === 'maximise' ? -value : value;
}

/** The first report that a trial made at a budget or beyond it. */
export function reportAt(reports: readonly TrialReport[], budget: number): TrialReport | undefined {
  return reports.find((report) => report.budget >= budget);
}
