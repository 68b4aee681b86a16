import { DistillerError, type Rng } from '@distiller/core';
import { growTree, predictTree, type RegressionTree } from './regression-tree.js';

/** How a forest grows. */
export interface ForestOptions {
  /** Number of trees. Default 100. */
  readonly trees?: number;
  /** Rows of a leaf at least, each counted once however often the bootstrap drew it. Default 2. */
  readonly minLeaf?: number;
  /** Share of the columns that each split may choose from, in (0, 1]. Default 0.6. */
  readonly columnShare?: number;
  /** Splits above a leaf at most. Default: no limit. */
  readonly maxDepth?: number;
}

/** Trees whose mean predicts. */
export interface RegressionForest {
  readonly trees: readonly RegressionTree[];
}

/**
 * A random forest for regression: each tree grows on a bootstrap sample of the rows, and each of its splits chooses from a random
 * share of the columns. Tree t draws from `rng.derive('tree', t)`, so more trees change none of those before.
 *
 * @param columns values of each column, one a row; finite.
 * @param targets one a row; finite.
 * @throws DistillerError `input` without rows, `config` for options out of range.
 * @see Breiman, "Random Forests", Machine Learning 45, 2001
 */
export function growForest(
  columns: readonly Float64Array[],
  targets: Float64Array,
  { trees = 100, minLeaf = 2, columnShare = 0.6, maxDepth = Infinity }: ForestOptions,
  rng: Rng,
): RegressionForest {
  checkOptions({ trees, minLeaf, columnShare, maxDepth });
  if (targets.length === 0) {
    throw new DistillerError('input', 'A forest needs rows to learn from; there are none.');
  }
  const maxColumns = Math.max(1, Math.floor(columnShare * columns.length));
  return {
    trees: Array.from({ length: trees }, (_, tree) => {
      const own = rng.derive('tree', tree);
      const weights = bootstrap(targets.length, own.derive('rows'));
      return growTree(
        { columns, targets, weights },
        { minLeaf, maxColumns, maxDepth },
        own.derive('columns'),
      );
    }),
  };
}

/** What a forest predicts for a row, given by its value in each column. */
export function predictForest({ trees }: RegressionForest, row: ArrayLike<number>): number {
  return trees.reduce((sum, tree) => sum + predictTree(tree, row), 0) / trees.length;
}

/** How often each of n rows is drawn in n draws with replacement. */
function bootstrap(n: number, rng: Rng): Float64Array {
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = rng.integer(n);
    counts[row] = (counts[row] as number) + 1;
  }
  return counts;
}

function checkOptions({ trees, minLeaf, columnShare, maxDepth }: Required<ForestOptions>): void {
  const wrong =
    whole('trees', trees) ??
    whole('minLeaf', minLeaf) ??
    (maxDepth === Infinity ? undefined : whole('maxDepth', maxDepth)) ??
    (columnShare > 0 && columnShare <= 1
      ? undefined
      : `"columnShare" is ${columnShare}; expected a number above 0, up to 1`);
  if (wrong !== undefined) throw new DistillerError('config', `Forest: ${wrong}.`);
}

function whole(name: string, value: number): string | undefined {
  return Number.isInteger(value) && value >= 1
    ? undefined
    : `"${name}" is ${value}; expected a whole number from 1`;
}
