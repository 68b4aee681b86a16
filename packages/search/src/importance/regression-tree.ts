import type { Rng } from '@distiller/core';

/** A leaf predicts its value; a split sends rows whose value in its column is at most the threshold to the left. */
export type RegressionTree =
  | { readonly value: number }
  | {
      readonly column: number;
      readonly threshold: number;
      readonly left: RegressionTree;
      readonly right: RegressionTree;
    };

/** How a tree grows. */
export interface TreeOptions {
  /** Rows of a leaf at least, each counted once however often the bootstrap drew it. */
  readonly minLeaf: number;
  /** Columns looked at for a split; more when all of them are constant. From 1 to the number of columns. */
  readonly maxColumns: number;
  /** Splits above a leaf at most. */
  readonly maxDepth: number;
}

/** What a tree learns from. */
export interface TreeData {
  /** Values of each column, one a row; indicators are 0 and 1. */
  readonly columns: readonly Float64Array[];
  readonly targets: Float64Array;
  /** How often each row counts; rows with 0 are left out. */
  readonly weights: Float64Array;
}

/** Gains that differ by less are equal; the sums of complementary columns differ by rounding. */
const ROUNDING = 1e-12;

interface Split {
  readonly column: number;
  readonly threshold: number;
  /** Σ² / weight of both sides: larger is a smaller squared error. */
  readonly gain: number;
}

/**
 * A regression tree of least squares. Each split is the best one of a random choice of columns, its threshold half way between
 * neighbouring values; of equals the first drawn stays. A split need not lower the error, so that what only two columns together
 * say is found. Leaves hold the weighted mean.
 *
 * @see Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees", 1984, §8
 */
export function growTree(data: TreeData, options: TreeOptions, rng: Rng): RegressionTree {
  const rows = Int32Array.from(data.weights.keys()).filter((row) => weight(data, row) > 0);
  return new Grower(data, options, rng).grow(rows, 0);
}

/** What a tree predicts for a row, given by its value in each column. */
export function predictTree(tree: RegressionTree, row: ArrayLike<number>): number {
  let node = tree;
  while (!('value' in node)) {
    node = (row[node.column] as number) <= node.threshold ? node.left : node.right;
  }
  return node.value;
}

function weight({ weights }: TreeData, row: number): number {
  return weights[row] as number;
}

class Grower {
  readonly #order: Uint32Array;

  constructor(
    private readonly data: TreeData,
    private readonly options: TreeOptions,
    private readonly rng: Rng,
  ) {
    this.#order = Uint32Array.from(data.columns.keys());
  }

  grow(rows: Int32Array, depth: number): RegressionTree {
    const { minLeaf, maxDepth } = this.options;
    const { targets } = this.data;
    const first = targets[rows[0] as number];
    const isPure = rows.every((row) => targets[row] === first);
    const split =
      isPure || rows.length < 2 * minLeaf || depth >= maxDepth ? undefined : this.bestSplit(rows);
    if (split === undefined) return { value: this.mean(rows) };
    const { column, threshold } = split;
    const values = this.data.columns[column] as Float64Array;
    const isLeft = (row: number) => (values[row] as number) <= threshold;
    return {
      column,
      threshold,
      left: this.grow(rows.filter(isLeft), depth + 1),
      right: this.grow(
        rows.filter((row) => !isLeft(row)),
        depth + 1,
      ),
    };
  }

  private mean(rows: Int32Array): number {
    let [sum, total] = [0, 0];
    for (const row of rows) {
      sum += weight(this.data, row) * (this.data.targets[row] as number);
      total += weight(this.data, row);
    }
    return sum / total;
  }

  /** Draws columns without replacement (Fisher–Yates, as far as needed). */
  private bestSplit(rows: Int32Array): Split | undefined {
    const order = this.#order;
    let best: Split | undefined;
    let varied = 0;
    for (let drawn = 0; drawn < order.length; drawn++) {
      if (drawn >= this.options.maxColumns && varied > 0) break;
      const other = drawn + this.rng.integer(order.length - drawn);
      const column = order[other] as number;
      order[other] = order[drawn] as number;
      order[drawn] = column;
      const sorted = sortByColumn(rows, this.data.columns[column] as Float64Array);
      if (sorted === undefined) continue;
      varied++;
      best = this.bestThreshold(sorted, column, best);
    }
    return best;
  }

  /** The best split of one column, if it beats `best`. */
  private bestThreshold(sorted: Int32Array, column: number, best?: Split): Split | undefined {
    const { data, options } = this;
    const values = data.columns[column] as Float64Array;
    const centre = this.mean(sorted); // sums around it lose no digits
    let total = 0;
    for (const row of sorted) total += weight(data, row);
    let [sum, left] = [0, 0];
    let found = best;
    const last = sorted.length - options.minLeaf;
    for (let i = 1; i <= last; i++) {
      const before = sorted[i - 1] as number;
      sum += weight(data, before) * ((data.targets[before] as number) - centre);
      left += weight(data, before);
      const low = values[before] as number;
      const high = values[sorted[i] as number] as number;
      if (i < options.minLeaf || low === high) continue;
      const gain = sum ** 2 / left + sum ** 2 / (total - left);
      if (found === undefined || gain > found.gain * (1 + ROUNDING)) {
        found = { column, threshold: between(low, high), gain };
      }
    }
    return found;
  }
}

/** Half way; never `high` itself, to which the mean of neighbouring numbers may round. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high ? middle : low;
}

/** Rows by increasing value, or undefined where all are equal. */
function sortByColumn(rows: Int32Array, values: Float64Array): Int32Array | undefined {
  let low = Infinity;
  let high = -Infinity;
  let isBinary = true;
  for (const row of rows) {
    const value = values[row] as number;
    isBinary &&= value === 0 || value === 1;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) return undefined;
  if (!isBinary) {
    return rows.toSorted((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  }
  const sorted = new Int32Array(rows.length);
  let [ones, zeros] = [rows.length, 0];
  for (const row of rows) sorted[values[row] === 0 ? zeros++ : --ones] = row;
  return sorted;
}
