import { groupBy } from '../group-by.js';
import type { Observation } from '../observation.js';
import { mean } from './ranking.js';
import { randomRegret } from './random-choice.js';

/** By k: what k pipelines drawn at random are expected to lack of the best. */
export type Regrets = Readonly<Record<1 | 5 | 10, number>>;

/** What random choice does among the pipelines of each task. */
export interface RandomChoice {
  readonly pipelines: number;
  readonly tasks: Readonly<
    Record<
      string,
      { readonly n: number; readonly best: number; readonly mean: number; readonly regret: Regrets }
    >
  >;
  /** Mean over tasks. */
  readonly regret: Regrets;
}

/** @param observations of distinct pipelines: averaged first where some were repeated. */
export function randomChoice(observations: readonly Observation[]): RandomChoice {
  const groups = [...groupBy(observations, ({ task }) => task)];
  const tasks = Object.fromEntries(
    groups.map(([task, members]) => {
      const ratios = members.map(({ ratio }) => ratio);
      const regret = regrets((k) => randomRegret(ratios, k));
      return [task, { n: ratios.length, best: Math.max(...ratios), mean: mean(ratios), regret }];
    }),
  );
  const regret = regrets((k) => mean(Object.values(tasks).map((task) => task.regret[k])));
  return { pipelines: observations.length, tasks, regret };
}

function regrets(of: (k: 1 | 5 | 10) => number): Regrets {
  return { 1: of(1), 5: of(5), 10: of(10) };
}
