import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { growTree, predictTree, type RegressionTree, type TreeOptions } from './regression-tree.js';

function grow(
  columns: readonly (readonly number[])[],
  targets: readonly number[],
  options: Partial<TreeOptions> = {},
  weights: readonly number[] = targets.map(() => 1),
): RegressionTree {
  return growTree(
    {
      columns: columns.map((values) => Float64Array.from(values)),
      targets: Float64Array.from(targets),
      weights: Float64Array.from(weights),
    },
    { minLeaf: 1, maxColumns: columns.length, maxDepth: Infinity, ...options },
    createRng(5),
  );
}

describe('growTree', () => {
  it('splits where the squared error falls most', () => {
    // After 0 | 1, 9, 10: left mean 0, right errors (1 − 20/3)² + … = 48.67. After 0, 1 | 9, 10: ½ + ½ = 1. After 0, 1, 9: 48.67.
    expect(grow([[3, 1, 4, 2]], [9, 0, 10, 1], { maxDepth: 1 })).toEqual({
      column: 0,
      threshold: 2.5,
      left: { value: 0.5 },
      right: { value: 9.5 },
    });
  });

  it('chooses the better column', () => {
    const tree = grow(
      [
        [0, 1, 0, 1],
        [0, 0, 1, 1],
      ],
      [0, 1, 4, 5],
      { maxDepth: 1 },
    );
    expect(tree).toMatchObject({ column: 1, left: { value: 0.5 }, right: { value: 4.5 } });
  });

  it('finds what only two columns together say', () => {
    const a = [0, 0, 1, 1];
    const b = [0, 1, 0, 1];
    const tree = grow([a, b], [0, 1, 1, 0]);
    expect(a.map((_, i) => predictTree(tree, [a[i], b[i]] as number[]))).toEqual([0, 1, 1, 0]);
  });

  it('keeps enough rows in each leaf, however often each counts', () => {
    // Alone, the row at 0 would be split off: it is the only one that differs. It counts five times and is still one row.
    const tree = grow([[0, 1, 2, 3]], [9, 0, 0, 0], { minLeaf: 2 }, [5, 1, 1, 1]);
    expect(tree).toEqual({
      column: 0,
      threshold: 1.5,
      left: { value: 45 / 6 },
      right: { value: 0 },
    });
  });

  it('leaves out rows of weight 0', () => {
    expect(grow([[0, 1, 2]], [7, 7, 100], {}, [1, 1, 0])).toEqual({ value: 7 });
  });

  it('is a leaf where all rows are alike', () => {
    expect(grow([[1, 1]], [0, 4])).toEqual({ value: 2 });
  });

  it('puts rows of the lower of two neighbouring numbers to the left', () => {
    const next = 1 + Number.EPSILON;
    const tree = grow([[1, next]], [0, 1]);
    expect([predictTree(tree, [1]), predictTree(tree, [next])]).toEqual([0, 1]);
  });
});
