import type { StudyObjective, Trial } from '../trial.js';

/** A complete trial with one finite number an objective, all to be minimised. */
export interface JudgedTrial {
  readonly trial: Trial;
  readonly losses: readonly number[];
}

/** The values of an objective each, negated where more is better. */
export function lossesOf(
  objectives: readonly StudyObjective[],
  values: readonly number[],
): number[] {
  return objectives.map(({ direction }, i) => {
    const value = values[i] as number;
    return direction === 'maximise' ? -value : value;
  });
}

/** The complete trials whose values are all finite, by number. */
export function judgedTrials(
  trials: readonly Trial[],
  objectives: readonly StudyObjective[],
): JudgedTrial[] {
  return trials
    .flatMap((trial) => {
      if (trial.state !== 'complete' || !trial.values) return [];
      const losses = lossesOf(objectives, trial.values);
      return losses.every(Number.isFinite) ? [{ trial, losses }] : [];
    })
    .sort((a, b) => a.trial.number - b.trial.number);
}
