import type { StudyObjective } from '../trial.js';
import type { StudyState, TrialEntry } from './study-state.js';

/** A trial that ran to its end. */
export type CompleteTrial = TrialEntry & {
  readonly outcome: { readonly state: 'complete'; readonly values: readonly number[] };
};

export function isComplete(entry: TrialEntry | undefined): entry is CompleteTrial {
  return entry?.outcome?.state === 'complete';
}

/** The complete trials by their first objective, best first; of equal ones the earlier first. */
export function rankedTrials(
  { trials }: Pick<StudyState, 'trials'>,
  [objective]: readonly StudyObjective[],
): readonly CompleteTrial[] {
  const sign = objective?.direction === 'minimise' ? -1 : 1;
  const value = (entry: CompleteTrial) => sign * (entry.outcome.values[0] ?? NaN);
  return trials.filter(isComplete).sort((a, b) => value(b) - value(a) || a.number - b.number);
}

/** The complete trial with the best first objective; of equal ones the earliest. */
export function bestTrial(
  state: Pick<StudyState, 'trials'>,
  objectives: readonly StudyObjective[],
): CompleteTrial | undefined {
  return rankedTrials(state, objectives)[0];
}
