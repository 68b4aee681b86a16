import type { z } from 'zod';
import type { Learner } from './learner.js';
import { predictRidge, ridge, ridgeModel } from './ridge.js';
import { boosting, forest, predictTrees, treesModel } from './tree-ensembles.js';

/** A fitted learner, as data. */
export type FittedModel = z.output<typeof ridgeModel> | z.output<typeof treesModel>;
export type AnyLearner = Learner<FittedModel>;

/** Learners of one kind, of which the one that predicts held-out tasks best is taken. */
export interface LearnerFamily {
  readonly name: string;
  readonly members: readonly AnyLearner[];
}

/**
 * Which parts of the situation the effects of a pipeline's choices may depend on. Whether texts come in pairs is none of them: an effect
 * that only one or two tasks of a table tell about is theirs, not that of single texts.
 */
const CONTEXTS = [['examples'], ['examples', 'student parameters']] as const;
const PENALTIES = [30, 100, 300] as const;

/** The learners that are stacked. Those with a choice of settings make it themselves, from the tasks they learn from. */
export const FAMILIES: readonly LearnerFamily[] = [
  {
    name: 'ridge',
    members: CONTEXTS.flatMap((contexts) =>
      PENALTIES.map((penalty) => ridge({ penalty, contexts })),
    ),
  },
  {
    name: 'boosted trees',
    members: [
      boosting({ trees: 200, depth: 3, rate: 0.05, minLeaf: 5, rowShare: 0.7, columnShare: 0.3 }),
    ],
  },
  {
    name: 'random forest',
    members: [forest({ trees: 100, depth: 10, minLeaf: 2, columnShare: 0.33 })],
  },
];

/** Judged beside the others, never stacked: no effect depends on the situation. */
export const COMPARED: readonly AnyLearner[] = [ridge({ penalty: 10, contexts: [] })];

/** What a fitted learner says of a row. */
export function predictRow(model: FittedModel, row: ArrayLike<number>): number {
  return model.kind === 'ridge' ? predictRidge(model, row) : predictTrees(model, row);
}
