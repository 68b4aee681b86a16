import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import type { Learner } from './learner.js';
import type { SituationColumn } from './row-plan.js';

const numbers = z.array(z.number());

/** Schema of a fitted ridge regression. */
export const ridgeModel = z.strictObject({
  kind: z.literal('ridge'),
  /** Of each column. */
  means: numbers,
  scales: numbers,
  /** Pairs of columns whose standardised values are multiplied, then standardised in their turn. */
  products: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
  productMeans: numbers,
  productScales: numbers,
  /** Of columns and products. */
  coefficients: numbers,
  intercept: z.number(),
});
export type RidgeModel = z.output<typeof ridgeModel>;

export interface RidgeSettings {
  /** Penalty on squared coefficients of standardised columns. */
  readonly penalty: number;
  /** Each choice of the pipeline may have an effect of its own that grows with these. */
  readonly contexts: readonly SituationColumn[];
}

/** What the size of the student may change, whatever the contexts. */
const STUDENT: SituationColumn = 'student parameters';
const STUDENT_CONTEXTS: readonly SituationColumn[] = ['examples', 'single text'];

/**
 * Weighted ridge regression on standardised columns and their products with the situation:
 * min Σᵢ wᵢ (yᵢ − b − xᵢᵀβ)² + penalty · |β|². Without products every choice would be as good everywhere.
 *
 * @see Hoerl, Kennard, "Ridge Regression", Technometrics 12, 1970
 */
export function ridge({ penalty, contexts }: RidgeSettings): Learner<RidgeModel> {
  return {
    name: `ridge ${penalty}${contexts.length > 0 ? `, pipeline × ${contexts.join(' + ')}` : ''}`,
    fit({ rows, columns, pipelineColumns, targets, weights }) {
      const place = (name: string) => columns.indexOf(name);
      const products: [number, number][] = [
        ...contexts.flatMap((name) =>
          Array.from({ length: pipelineColumns }, (_, i): [number, number] => [i, place(name)]),
        ),
        ...STUDENT_CONTEXTS.map((name): [number, number] => [place(STUDENT), place(name)]),
      ];
      const plain = standardise(rows, weights);
      const crossed = standardise(
        plain.values.map((row) => Float64Array.from(products, ([a, b]) => at(row, a) * at(row, b))),
        weights,
      );
      const inputs = plain.values.map((row, i) => [...row, ...(crossed.values[i] ?? [])]);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const intercept = targets.reduce((sum, y, i) => sum + y * at(weights, i), 0) / total;
      return {
        kind: 'ridge',
        means: plain.means,
        scales: plain.scales,
        products,
        productMeans: crossed.means,
        productScales: crossed.scales,
        coefficients: solve(inputs, targets, weights, intercept, penalty),
        intercept,
      };
    },
  };
}

/** What a fitted regression says of a row. */
export function predictRidge(model: RidgeModel, row: ArrayLike<number>): number {
  const plain = model.means.map((mean, i) => (at(row, i) - mean) / at(model.scales, i));
  const crossed = model.products.map(
    ([a, b], i) =>
      (at(plain, a) * at(plain, b) - at(model.productMeans, i)) / at(model.productScales, i),
  );
  return [...plain, ...crossed].reduce(
    (sum, x, i) => sum + x * at(model.coefficients, i),
    model.intercept,
  );
}

/** (XᵀWX + penalty · I)⁻¹ XᵀW (y − intercept). */
function solve(
  inputs: readonly number[][],
  targets: Float64Array,
  weights: Float64Array,
  intercept: number,
  penalty: number,
): number[] {
  // Rows times the root of their weight: products of a matrix with itself are symmetric to the last bit.
  const root = weights.map(Math.sqrt);
  const x = new Matrix(inputs.map((row, i) => row.map((value) => value * at(root, i))));
  const y = Matrix.columnVector(
    [...targets].map((target, i) => (target - intercept) * at(root, i)),
  );
  const transposed = x.transpose();
  const gram = transposed.mmul(x);
  for (let i = 0; i < gram.rows; i++) gram.set(i, i, gram.get(i, i) + penalty);
  return new CholeskyDecomposition(gram).solve(transposed.mmul(y)).to1DArray();
}

interface Standardised {
  readonly values: readonly Float64Array[];
  readonly means: number[];
  /** 1 for a constant column, whose values become 0. */
  readonly scales: number[];
}

function standardise(rows: readonly Float64Array[], weights: Float64Array): Standardised {
  const width = rows[0]?.length ?? 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const means = new Array<number>(width).fill(0);
  const squares = new Array<number>(width).fill(0);
  rows.forEach((row, i) =>
    row.forEach((x, j) => (means[j] = at(means, j) + (at(weights, i) * x) / total)),
  );
  rows.forEach((row, i) =>
    row.forEach(
      (x, j) => (squares[j] = at(squares, j) + (at(weights, i) * (x - at(means, j)) ** 2) / total),
    ),
  );
  const scales = squares.map((square) => (square > 1e-12 ? Math.sqrt(square) : 1));
  const values = rows.map((row) => row.map((x, j) => (x - at(means, j)) / at(scales, j)));
  return { values, means, scales };
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
