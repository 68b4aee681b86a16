import { createRng } from '@distiller/core';
import { configurationKey } from '@distiller/search';
import { groupBy } from '../group-by.js';
import type { Observation } from '../observation.js';
import { COMPARED, FAMILIES, type AnyLearner, type LearnerFamily } from '../predict/families.js';
import { learningData } from '../predict/learning-data.js';
import { planRows } from '../predict/row-plan.js';
import { heldOutPredictions } from '../predict/select-members.js';
import { trainPredictor } from '../predict/train-predictor.js';
import { proposalOf, type TrialSet } from '../predict/trial-set.js';
import { kindsFirst } from '../recommend/kinds-first.js';
import { meanScores, placesWithin, scoreRanking, type RankingScores } from './ranking.js';
import { oracleScores, randomScores } from './random-choice.js';

/** A way to predict, judged on tasks that it had not seen. */
export interface Contender {
  readonly name: string;
  /** By task, then their mean: over all of a task's pipelines. */
  readonly all: TaskScores;
  /** The same over pipelines of one teacher and student only, where those were asked for. */
  readonly setting?: TaskScores;
}

export interface TaskScores {
  readonly tasks: Readonly<Record<string, RankingScores>>;
  readonly mean: RankingScores;
}

/** One teacher and student. */
export interface Pairing {
  readonly teacher: string;
  readonly student: string;
}

export interface LeaveOneTaskOutOptions {
  readonly seed?: number;
  readonly families?: readonly LearnerFamily[];
  /** Also judge the ranking of the pipelines of these models alone. The predictors are the same ones. */
  readonly setting?: Pairing | undefined;
  /** Is told how many of how many tasks are done. */
  readonly progress?: (done: number, total: number) => void;
}

/** What evaluating gave. */
export interface LeaveOneTaskOut {
  /**
   * The stack first, the same in the order in which `recommend` names pipelines, then its parts, each member of each family, what
   * needs no learning, and an estimate of what noise leaves to reach; tasks whose noise is unknown count as without, so that it is
   * rather too good.
   */
  readonly contenders: readonly Contender[];
  /** By task left out: the members that were chosen without it, and their weights. */
  readonly chosen: Readonly<
    Record<string, readonly { readonly name: string; readonly weight: number }[]>
  >;
}

/**
 * Leaves each task out, learns from the others, and ranks the pipelines of the one left out. What the stack chooses (settings of
 * learners, weights) it chooses by leaving tasks out among those that it learns from, so nothing of the judged task is seen.
 *
 * @throws DistillerError as `trainPredictor`.
 */
export function leaveOneTaskOut(
  set: TrialSet,
  { seed = 1, families = FAMILIES, setting, progress }: LeaveOneTaskOutOptions = {},
): LeaveOneTaskOut {
  const { observations } = set;
  const tasks = [...groupBy(observations.keys(), (i) => (observations[i] as Observation).task)];
  const stack = new Float64Array(observations.length);
  const parts = families.map(() => new Float64Array(observations.length));
  const chosen: Record<string, { name: string; weight: number }[]> = {};
  tasks.forEach(([task, members], done) => {
    progress?.(done, tasks.length);
    const others = observations.filter((observation) => observation.task !== task);
    const predictor = trainPredictor(
      { ...set, observations: others },
      { seed, families, source: 'evaluation' },
    );
    chosen[task] = predictor.data.learners.map(({ name, weight }) => ({ name, weight }));
    for (const i of members) {
      const proposal = proposalOf(observations[i] as Observation, set);
      const each = predictor.predictEach(proposal);
      each.forEach((value, part) => ((parts[part] as Float64Array)[i] = value));
      stack[i] = predictor.data.learners.reduce(
        (sum, { weight }, m) => sum + weight * (each[m] as number),
        0,
      );
    }
  });
  progress?.(tasks.length, tasks.length);

  const judged = (name: string, predicted: Float64Array): Contender =>
    judge(name, observations, setting, (places) =>
      scoreRanking(at(observations, predicted, places)),
    );
  const named = (places: readonly number[]) =>
    scoreRanking(at(observations, stack, places), (order) =>
      kindsFirst(order, (i) => (observations[places[i] as number] as Observation).configuration),
    );
  const ratios = (places: readonly number[]) =>
    places.map((i) => (observations[i] as Observation).ratio);
  const oracle = (places: readonly number[]) => {
    const { task } = observations[places[0] as number] as Observation;
    return oracleScores(ratios(places), set.noise[task] ?? 0, { seed });
  };
  const several = families
    .filter(({ members }) => members.length > 1)
    .flatMap(({ members }) => members);
  return {
    contenders: [
      judged('stack', stack),
      judge('stack, as recommend names them', observations, setting, named),
      ...parts.map((part, i) => judged(`its ${(families[i] as LearnerFamily).name}`, part)),
      ...[...several, ...COMPARED].map((member) => judged(member.name, fixed(member, set, seed))),
      judged('same pipeline on other tasks', samePipeline(observations)),
      judge('random', observations, setting, (places) => randomScores(ratios(places))),
      judge('whoever knew the true ratios', observations, setting, oracle),
    ],
    chosen,
  };
}

/** A learner whose settings are given, for comparison: it chooses nothing. */
function fixed(learner: AnyLearner, set: TrialSet, seed: number): Float64Array {
  const { observations } = set;
  const rng = createRng(seed).derive('fixed');
  return heldOutPredictions(learner, learningData(set, planRows(observations)), observations, rng);
}

/**
 * The mean place of the very same pipeline with the same models on the other tasks, drawn to the middle by one made-up observation
 * there. Its first choice is the best fixed pipeline.
 */
export function samePipeline(observations: readonly Observation[]): Float64Array {
  const places = placesWithin(
    observations.map(({ ratio }) => ratio),
    observations.map(({ task }) => task),
  );
  const equal = groupBy(observations.keys(), (i) => {
    const { teacher, student, configuration } = observations[i] as Observation;
    return JSON.stringify([teacher, student, configurationKey(configuration)]);
  });
  const predicted = new Float64Array(observations.length);
  for (const group of equal.values()) {
    for (const i of group) {
      const task = (observations[i] as Observation).task;
      const others = group.filter((other) => (observations[other] as Observation).task !== task);
      const sum = others.reduce((total, other) => total + (places[other] as number), 0.5);
      predicted[i] = sum / (others.length + 1);
    }
  }
  return predicted;
}

function judge(
  name: string,
  observations: readonly Observation[],
  setting: Pairing | undefined,
  score: (places: readonly number[]) => RankingScores,
): Contender {
  const within = (keep: (observation: Observation) => boolean): TaskScores => {
    const kept = [...observations.keys()].filter((i) => keep(observations[i] as Observation));
    const groups = groupBy(kept, (i) => (observations[i] as Observation).task);
    const tasks = Object.fromEntries([...groups].map(([task, places]) => [task, score(places)]));
    return { tasks, mean: meanScores(Object.values(tasks)) };
  };
  return {
    name,
    all: within(() => true),
    ...(setting && {
      setting: within(
        ({ teacher, student }) => teacher === setting.teacher && student === setting.student,
      ),
    }),
  };
}

function at(
  observations: readonly Observation[],
  predicted: Float64Array,
  places: readonly number[],
) {
  return {
    predicted: places.map((i) => predicted[i] as number),
    observed: places.map((i) => (observations[i] as Observation).ratio),
  };
}
