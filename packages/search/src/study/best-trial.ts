import type { StudyObjective } from '../trial.js';
import type { StudyState, TrialEntry } from './study-state.js';

/** A trial that ran to its end. */
export type CompleteTrial = TrialEntry & {
  readonly outcome: { readonly state: 'complete'; readonly values: readonly number[] };
};

export function isComplete(entry: TrialEntry | undefined): entry is CompleteTrial {
  return entry?.outcome?.state === 'complete';
}

/** The complete trial with the best first objective; of equal ones the earliest. */
export function bestTrial(
  { trials }: Pick<StudyState, 'trials'>,
  [objective]: readonly StudyObjective[],
): CompleteTrial | undefined {
  const sign = objective?.direction === 'minimise' ? -1 : 1;
  const value = (entry: CompleteTrial) => sign * (entry.outcome.values[0] ?? NaN);
  return trials
    .filter(isComplete)
    .reduce<CompleteTrial | undefined>(
      (best, entry) => (best && value(best) >= value(entry) ? best : entry),
      undefined,
    );
}
