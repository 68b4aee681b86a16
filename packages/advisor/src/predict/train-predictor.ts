import { createRng, DistillerError } from '@distiller/core';
import { fcnnlsVector } from 'ml-fcnnls';
import { groupBy } from '../group-by.js';
import type { Observation } from '../observation.js';
import { FAMILIES, type LearnerFamily } from './families.js';
import { learningData } from './learning-data.js';
import type { LearningData } from './learner.js';
import { Predictor, type PredictorData } from './predictor.js';
import { planRows } from './row-plan.js';
import { comparable, selectMembers, type SelectedMember } from './select-members.js';
import type { TrialSet } from './trial-set.js';

export interface TrainOptions {
  /** Equal seeds give equal predictors. Default 1. */
  readonly seed?: number;
  readonly families?: readonly LearnerFamily[];
  /** Says what the trials are, for those who get the predictor. */
  readonly source: string;
}

/** Standard deviation of a place that nothing is known of, uniform in [0, 1]. */
const UNKNOWN = Math.sqrt(1 / 12);
/** Points of the distribution of ratios that is kept of each task. */
const QUANTILES = 21;

/**
 * Learns from trials which pipelines do well on which datasets.
 *
 * The target is the place of a pipeline among those of its task, so that tasks whose ratios spread widely don't drown the others. Each
 * family's member is chosen, and their non-negative weights are found by least squares, on predictions for tasks that
 * the learners had not seen (leave one task out); compared are pipelines of one task, teacher and student. With fewer than three tasks
 * there is nothing to weigh by, and all count the same.
 *
 * @throws DistillerError `input` without trials, or when a task or model of theirs is not described.
 * @see Wolpert, "Stacked generalization", Neural Networks 5, 1992; Breiman, "Stacked regressions", Machine Learning 24, 1996
 */
export function trainPredictor(
  set: TrialSet,
  { seed = 1, families = FAMILIES, source }: TrainOptions,
): Predictor {
  const { observations } = set;
  if (observations.length < 2) {
    throw new DistillerError(
      'input',
      `There are ${observations.length} trials to learn from; a predictor needs 2 at least, and is good for little below 50 on three tasks.`,
    );
  }
  const rng = createRng(seed).derive('predictor');
  const plan = planRows(observations);
  const data = learningData(set, plan);
  const tasks = [...groupBy(observations, ({ task }) => task).keys()];
  const canStack = tasks.length >= 3;
  const selected: readonly SelectedMember[] = canStack
    ? selectMembers(families, data, observations, rng.derive('held out'))
    : families.map(({ members }) => ({
        learner: members[0] as SelectedMember['learner'],
        heldOut: new Float64Array(0),
      }));
  const weights = canStack ? stackWeights(selected, data, observations) : equalWeights(selected);
  const learners = selected.map(({ learner }, i) => ({
    name: learner.name,
    weight: weights[i] as number,
    model: learner.fit(data, rng.derive('all', i)),
  }));
  const content: PredictorData = {
    kind: 'distiller-predictor',
    version: 1,
    source,
    trials: observations.length,
    plan,
    learners,
    deviation: canStack ? residualDeviation(selected, weights, data, observations) : UNKNOWN,
    tasks: tasks.map((name) => ({
      name,
      profile: set.tasks[name] as PredictorData['tasks'][number]['profile'],
      ratios: quantiles(observations.filter(({ task }) => task === name)),
    })),
    models: Object.fromEntries(
      [...plan.students, ...plan.teachers].map((name) => [name, set.models[name] as never]),
    ),
    choices: choicesOf(observations),
  };
  return new Predictor(content);
}

function equalWeights(members: readonly unknown[]): number[] {
  return members.map(() => 1 / members.length);
}

/** min Σ (y − Σ wₘ pₘ)², w ≥ 0, over deviations from the mean of each setting; every task counts the same. */
function stackWeights(
  members: readonly SelectedMember[],
  { targets }: LearningData,
  observations: readonly Observation[],
): number[] {
  const inputs: number[][] = [];
  const outputs: number[] = [];
  for (const ofTask of groupBy(
    observations.keys(),
    (i) => (observations[i] as Observation).task,
  ).values()) {
    const scale = 1 / Math.sqrt(ofTask.length);
    for (const group of comparable(ofTask, observations)) {
      const centred = [targets, ...members.map(({ heldOut }) => heldOut)].map((values) => {
        const centre = group.reduce((sum, i) => sum + (values[i] as number), 0) / group.length;
        return group.map((i) => scale * ((values[i] as number) - centre));
      });
      const [target = [], ...predictions] = centred;
      outputs.push(...target);
      for (let row = 0; row < group.length; row++) {
        inputs.push(predictions.map((column) => column[row] as number));
      }
    }
  }
  const { K: solution } = fcnnlsVector(inputs, outputs);
  const weights = members.map((_, i) => Math.max(0, solution.get(i, 0)));
  return weights.some((weight) => weight > 0) ? weights : equalWeights(members);
}

/** Root mean square of what the stack missed in tasks that it had not seen, after each task's mean. */
function residualDeviation(
  members: readonly SelectedMember[],
  weights: readonly number[],
  { targets }: LearningData,
  observations: readonly Observation[],
): number {
  let squares = 0;
  for (const ofTask of groupBy(
    observations.keys(),
    (i) => (observations[i] as Observation).task,
  ).values()) {
    const missed = ofTask.map((i) =>
      members.reduce(
        (left, { heldOut }, m) => left - (weights[m] as number) * (heldOut[i] as number),
        targets[i] as number,
      ),
    );
    const centre = missed.reduce((sum, value) => sum + value, 0) / missed.length;
    squares += missed.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  }
  return Math.sqrt(squares / observations.length);
}

/** Ratios at places 0, 0.05, … 1 of a task, interpolated. */
function quantiles(observations: readonly Observation[]): number[] {
  const sorted = observations.map(({ ratio }) => ratio).sort((a, b) => a - b);
  return Array.from({ length: QUANTILES }, (_, i) => {
    const position = (i / (QUANTILES - 1)) * (sorted.length - 1);
    const low = sorted[Math.floor(position)] as number;
    const high = sorted[Math.ceil(position)] as number;
    return low + (position - Math.floor(position)) * (high - low);
  });
}

/** By parameter: the values that pipelines have, in the order in which they come. */
function choicesOf(observations: readonly Observation[]): PredictorData['choices'] {
  const choices: PredictorData['choices'] = {};
  for (const { configuration } of observations) {
    for (const [name, value] of Object.entries(configuration)) {
      const values = (choices[name] ??= []);
      if (!values.includes(value)) values.push(value);
    }
  }
  return choices;
}
