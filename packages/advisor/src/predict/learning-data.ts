import { placesWithin } from '../evaluation/ranking.js';
import { groupBy } from '../group-by.js';
import type { Observation } from '../observation.js';
import type { LearningData } from './learner.js';
import { columnNames, encodeRow, type RowPlan } from './row-plan.js';
import { proposalOf, type TrialSet } from './trial-set.js';

/** Observations as numbers to learn from. */
export function learningData(set: TrialSet, plan: RowPlan): LearningData {
  const { observations } = set;
  return {
    rows: observations.map((observation) => encodeRow(plan, proposalOf(observation, set))),
    columns: columnNames(plan),
    pipelineColumns: plan.pipeline.length,
    targets: placesWithin(
      observations.map(({ ratio }) => ratio),
      observations.map(({ task }) => task),
    ),
    weights: noiseWeights(observations, set.noise),
  };
}

/**
 * How much each observation counts: (v + s²) / (v + s² / n) for the mean of n runs, where s² is the variance between equal runs of the
 * task and v what else varies among its ratios. A single run counts 1, many runs (v + s²) / v. Tasks whose noise is unknown have the mean
 * share of the others.
 */
export function noiseWeights(
  observations: readonly Observation[],
  noise: Readonly<Record<string, number>>,
): Float64Array {
  const byTask = groupBy(observations, ({ task }) => task);
  const shares = new Map<string, number>();
  for (const [task, ofTask] of byTask) {
    const deviation = Object.hasOwn(noise, task) ? noise[task] : undefined;
    if (deviation !== undefined) shares.set(task, noiseShare(ofTask, deviation ** 2));
  }
  const known = [...shares.values()];
  const usual =
    known.length === 0 ? 0 : known.reduce((sum, share) => sum + share, 0) / known.length;
  return Float64Array.from(observations, ({ task, runs }) => {
    const share = shares.get(task) ?? usual;
    return 1 / (1 - share + share / runs);
  });
}

/** s² / (v + s²), at most 0.9: a noise that is known from few runs may exceed all that varies. */
function noiseShare(observations: readonly Observation[], variance: number): number {
  const ratios = observations.map(({ ratio }) => ratio);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const all = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length;
  return all > 0 ? Math.min(0.9, variance / all) : 0;
}
