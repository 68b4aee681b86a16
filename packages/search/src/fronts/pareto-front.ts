import type { StudyObjective, Trial } from '../trial.js';
import { judgedTrials } from './losses.js';

/** Whether losses `a` are nowhere worse than `b` and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.every((loss, i) => loss <= (b[i] as number)) && a.some((loss, i) => loss < (b[i] as number))
  );
}

/**
 * The complete trials that no other one dominates, by number: with one objective the best ones. Trials with equal values are all
 * in it or all outside.
 */
export function paretoFront(
  trials: readonly Trial[],
  objectives: readonly StudyObjective[],
): Trial[] {
  const judged = judgedTrials(trials, objectives);
  return judged
    .filter(({ losses }) => !judged.some((other) => dominates(other.losses, losses)))
    .map(({ trial }) => trial);
}
