import { describe, expect, it } from '@jest/globals';
import type { SearchSpace } from '../space.js';
import { factorColumns } from './factor.js';
import type { RegressionTree } from './regression-tree.js';
import { spaceFactors } from './space-factors.js';
import { TreeMeasure } from './tree-measure.js';

const SPACE: SearchSpace = {
  parameters: [
    { kind: 'categorical', name: 'a', values: ['p', 'q', 'r', 's'] },
    { kind: 'float', name: 'x', low: 0, high: 1 },
    { kind: 'ordered', name: 'o', values: [1, 2, 4, 8, 16] },
  ],
};
const factors = spaceFactors(SPACE);
const columns = factorColumns(factors, []); // a=p, a=q, a=r, a=s, x, o

function split(column: number, threshold: number, left: RegressionTree, right: RegressionTree) {
  return { column, threshold, left, right };
}

function leaf(value: number): RegressionTree {
  return { value };
}

function measure(tree: RegressionTree): TreeMeasure {
  return new TreeMeasure(tree, columns, factors);
}

describe('TreeMeasure', () => {
  it('gives the variances of a tree worked out by hand', () => {
    // 4 where a is p; else 0 where x ≤ ⅓, else 3: of measure ¼, ¼ and ½.
    const tree = measure(split(0, 0.5, split(4, 1 / 3, leaf(0), leaf(3)), leaf(4)));
    expect(tree.mean).toBeCloseTo(2.5, 12); // 4/4 + 3/2
    expect(tree.variance).toBeCloseTo(2.25, 12); // 16/4 + 9/2 − 2.5²
    // Of a: 4 at p, 2 elsewhere. Of x: 1 up to ⅓, 4/4 + 9/4 = 3.25 above.
    expect(tree.marginalVariance([0])).toBeCloseTo(0.75, 12); // 4·¼·¾
    expect(tree.marginalVariance([1])).toBeCloseTo(1.125, 12); // 2.25²·⅓·⅔
    expect(tree.marginalVariance([0, 1])).toBeCloseTo(2.25, 12);
    expect(tree.marginalVariance([2])).toBeCloseTo(0, 12);
    expect(tree.marginalVariance([])).toBeCloseTo(0, 12);
  });

  it('splits levels in their order, each with its share', () => {
    const tree = measure(split(5, 1.5, leaf(0), leaf(1))); // ranks 0, 1 | 2, 3, 4
    expect(tree.mean).toBeCloseTo(0.6, 12);
    expect(tree.marginalVariance([2])).toBeCloseTo(0.24, 12);
  });

  it('adds up leaves that share a region', () => {
    // 2·[a is p] + [x > ½]: the same split of x stands in both branches.
    const byX = split(4, 0.5, leaf(0), leaf(1));
    const tree = measure(split(0, 0.5, byX, split(4, 0.5, leaf(2), leaf(3))));
    expect(tree.marginalVariance([1])).toBeCloseTo(0.25, 12);
    expect(tree.marginalVariance([0])).toBeCloseTo(4 * (3 / 16), 12);
    expect(tree.variance).toBeCloseTo(0.25 + 0.75, 12);
  });

  it('leaves out what lies outside the space', () => {
    // Trials without a value lie left of the domain; no level is both p and q.
    const inside = split(4, -0.5, leaf(100), split(1, 0.5, leaf(1), leaf(2)));
    const tree = measure(split(0, 0.5, inside, split(1, 0.5, leaf(3), leaf(100))));
    expect(tree.mean).toBeCloseTo((1 + 1 + 2 + 3) / 4, 12);
  });

  it('agrees with a sum over all points', () => {
    const tree = split(
      1,
      0.5,
      split(5, 2.5, split(2, 0.5, leaf(1), leaf(-2)), split(4, 0.3, leaf(0.5), leaf(4))),
      split(4, 0.6, split(5, 0.5, leaf(7), leaf(-1)), split(3, 0.5, leaf(2), leaf(3))),
    );
    const points: { at: [number, number, number]; value: number }[] = [];
    for (let a = 0; a < 4; a++)
      for (let x = 0; x < 10; x++)
        for (let o = 0; o < 5; o++) {
          const row = [0, 1, 2, 3].map((level) => Number(level === a));
          points.push({ at: [a, x, o], value: valueAt(tree, [...row, (x + 0.5) / 10, o]) });
        }
    for (const subset of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
      const groups = new Map<string, number[]>();
      for (const { at, value } of points) {
        const key = subset.map((factor) => at[factor]).join();
        groups.set(key, [...(groups.get(key) ?? []), value]);
      }
      const marginals = [...groups.values()].map(mean);
      const centre = mean(marginals);
      const expected = mean(marginals.map((value) => (value - centre) ** 2));
      expect(measure(tree).marginalVariance(subset)).toBeCloseTo(expected, 12);
    }
  });
});

function valueAt(tree: RegressionTree, row: readonly number[]): number {
  if ('value' in tree) return tree.value;
  return valueAt((row[tree.column] as number) <= tree.threshold ? tree.left : tree.right, row);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
