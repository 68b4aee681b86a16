import type { Rng } from '@distiller/core';
import { growTree, predictTree, type RegressionTree } from '@distiller/search';
import { z } from 'zod';
import type { Learner, LearningData } from './learner.js';

const tree: z.ZodType<RegressionTree> = z.lazy(() =>
  z.union([
    z.strictObject({ value: z.number() }),
    z.strictObject({ column: z.int().min(0), threshold: z.number(), left: tree, right: tree }),
  ]),
);

/** Schema of trees whose weighted sum predicts. */
export const treesModel = z.strictObject({
  kind: z.literal('trees'),
  base: z.number(),
  /** Factor on the sum of the trees. */
  rate: z.number(),
  trees: z.array(tree),
});
export type TreesModel = z.output<typeof treesModel>;

/** base + rate · Σ trees. */
export function predictTrees({ base, rate, trees }: TreesModel, row: ArrayLike<number>): number {
  return base + rate * trees.reduce((sum, each) => sum + predictTree(each, row), 0);
}

export interface BoostingSettings {
  readonly trees: number;
  readonly depth: number;
  /** Share of each tree's prediction that is added. */
  readonly rate: number;
  readonly minLeaf: number;
  /** Shares of rows for a tree and of columns for a split. */
  readonly rowShare: number;
  readonly columnShare: number;
}

/**
 * Gradient boosting of squared error: each tree learns what the sum of those before leaves, from a random part of the rows.
 *
 * @see Friedman, "Stochastic gradient boosting", Computational Statistics & Data Analysis 38, 2002
 */
export function boosting(settings: BoostingSettings): Learner<TreesModel> {
  const { trees: count, depth, rate, minLeaf, rowShare, columnShare } = settings;
  return {
    name: 'boosted trees',
    fit(data, rng) {
      const columns = columnsOf(data);
      const { targets, weights, rows } = data;
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const base = targets.reduce((sum, y, i) => sum + y * (weights[i] as number), 0) / total;
      const left = targets.map((y) => y - base);
      const trees = Array.from({ length: count }, (_, number) => {
        const own = rng.derive('tree', number);
        const drawn = own
          .derive('rows')
          .permutation(rows.length)
          .subarray(0, rowShare * rows.length);
        const counted = new Float64Array(rows.length);
        for (const row of drawn) counted[row] = weights[row] as number;
        const grown = growTree(
          { columns, targets: left, weights: counted },
          { minLeaf, maxDepth: depth, maxColumns: shareOf(columns.length, columnShare) },
          own.derive('columns'),
        );
        rows.forEach((row, i) => (left[i] = (left[i] as number) - rate * predictTree(grown, row)));
        return grown;
      });
      return { kind: 'trees', base, rate, trees };
    },
  };
}

export interface ForestSettings {
  readonly trees: number;
  readonly depth: number;
  readonly minLeaf: number;
  readonly columnShare: number;
}

/**
 * A random forest with weights: each tree learns from rows drawn with replacement.
 *
 * @see Breiman, "Random Forests", Machine Learning 45, 2001
 */
export function forest({
  trees: count,
  depth,
  minLeaf,
  columnShare,
}: ForestSettings): Learner<TreesModel> {
  return {
    name: 'random forest',
    fit(data, rng) {
      const columns = columnsOf(data);
      const trees = Array.from({ length: count }, (_, number) => {
        const own = rng.derive('tree', number);
        return growTree(
          { columns, targets: data.targets, weights: drawn(data.weights, own.derive('rows')) },
          { minLeaf, maxDepth: depth, maxColumns: shareOf(columns.length, columnShare) },
          own.derive('columns'),
        );
      });
      return { kind: 'trees', base: 0, rate: 1 / count, trees };
    },
  };
}

/** Weights times how often each row is drawn in n draws with replacement. */
function drawn(weights: Float64Array, rng: Rng): Float64Array {
  const counts = new Float64Array(weights.length);
  for (let i = 0; i < weights.length; i++) {
    const row = rng.integer(weights.length);
    counts[row] = (counts[row] as number) + (weights[row] as number);
  }
  return counts;
}

function columnsOf({ rows, columns }: LearningData): Float64Array[] {
  return columns.map((_, j) => Float64Array.from(rows, (row) => row[j] as number));
}

function shareOf(count: number, share: number): number {
  return Math.max(1, Math.round(count * share));
}
