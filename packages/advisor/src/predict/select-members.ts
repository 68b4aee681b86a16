import type { Rng } from '@distiller/core';
import { mean, spearman } from '../evaluation/ranking.js';
import { groupBy } from '../group-by.js';
import type { Observation } from '../observation.js';
import { predictRow, type AnyLearner, type LearnerFamily } from './families.js';
import type { LearningData } from './learner.js';

/** Pipelines of one setting, fewer than which say little about how they rank. */
const FEWEST = 8;

/** A member of a family with what it predicts for each task that it has not seen. */
export interface SelectedMember {
  readonly learner: AnyLearner;
  /** One an observation, each from the other tasks. */
  readonly heldOut: Float64Array;
}

/** Predictions for every observation by learners that saw only the other tasks. */
export function heldOutPredictions(
  learner: AnyLearner,
  data: LearningData,
  observations: readonly Observation[],
  rng: Rng,
): Float64Array {
  const predicted = new Float64Array(observations.length);
  for (const [task, members] of groupBy(observations.keys(), (i) => taskOf(observations, i))) {
    const others = [...observations.keys()].filter((i) => taskOf(observations, i) !== task);
    const model = learner.fit(rowsOf(data, others), rng.derive('without', task));
    for (const i of members) predicted[i] = predictRow(model, data.rows[i] as Float64Array);
  }
  return predicted;
}

/** Of each family the member that ranks the pipelines of settings best in tasks that it has not seen. */
export function selectMembers(
  families: readonly LearnerFamily[],
  data: LearningData,
  observations: readonly Observation[],
  rng: Rng,
): readonly SelectedMember[] {
  return families.map(({ name, members }) => {
    const tried = members.map((learner) => ({
      learner,
      heldOut: heldOutPredictions(learner, data, observations, rng.derive(name)),
    }));
    const scores = tried.map(({ heldOut }) => withinSettings(heldOut, observations));
    return tried[scores.indexOf(Math.max(...scores))] as SelectedMember;
  });
}

/**
 * Spearman's correlation within each setting (task, teacher and student), which is what a recommendation is asked about; the mean over
 * tasks of the mean over their settings by size. Settings with few pipelines are left out where a task has larger ones.
 */
export function withinSettings(
  predicted: Float64Array,
  observations: readonly Observation[],
): number {
  const tasks = groupBy(observations.keys(), (i) => taskOf(observations, i));
  return mean(
    [...tasks.values()].map((ofTask) => {
      const groups = comparable(ofTask, observations);
      const size = groups.reduce((sum, group) => sum + group.length, 0);
      return groups.reduce((sum, group) => {
        const correlation = spearman(
          group.map((i) => predicted[i] as number),
          group.map((i) => (observations[i] as Observation).ratio),
        );
        return sum + (correlation * group.length) / size;
      }, 0);
    }),
  );
}

/** The settings of a task that have enough pipelines to compare; all of the task as one where none has. */
export function comparable(
  ofTask: readonly number[],
  observations: readonly Observation[],
): readonly (readonly number[])[] {
  const settings = groupBy(ofTask, (i) => {
    const { teacher, student } = observations[i] as Observation;
    return JSON.stringify([teacher, student]);
  });
  const large = [...settings.values()].filter((group) => group.length >= FEWEST);
  return large.length > 0 ? large : [ofTask];
}

export function rowsOf(data: LearningData, places: readonly number[]): LearningData {
  const pick = (values: Float64Array) => Float64Array.from(places, (i) => values[i] as number);
  return {
    ...data,
    rows: places.map((i) => data.rows[i] as Float64Array),
    targets: pick(data.targets),
    weights: pick(data.weights),
  };
}

function taskOf(observations: readonly Observation[], i: number): string {
  return (observations[i] as Observation).task;
}
