import * as tf from '@tensorflow/tfjs';

const INDICES = [0, 1, 2, 3];

/** F_ij = 2 sin(1 + 3i + 5j) + 1.5 · [i = j], K = 4. */
export const GOLDEN_SCORES: readonly (readonly number[])[] = INDICES.map((i) =>
  INDICES.map((j) => 2 * Math.sin(1 + 3 * i + 5 * j) + (i === j ? 1.5 : 0)),
);

/** b_i = 0.3 cos(i). */
export const GOLDEN_BASELINE: readonly number[] = INDICES.map((i) => 0.3 * Math.cos(i));

export function matrix(rows: readonly (readonly number[])[]): tf.Tensor2D {
  return tf.tensor2d(rows.map((row) => [...row]));
}

/** The value of a function of scores and baseline. */
export function valueOf(
  bound: (scores: tf.Tensor2D, baseline: tf.Tensor1D) => tf.Scalar,
  scores: readonly (readonly number[])[] = GOLDEN_SCORES,
  baseline: readonly number[] = GOLDEN_BASELINE,
): number {
  return tf.tidy(() => bound(matrix(scores), tf.tensor1d([...baseline])).dataSync()[0] as number);
}

/** Its gradients to scores, row by row, and baseline. */
export function gradientsOf(
  bound: (scores: tf.Tensor2D, baseline: tf.Tensor1D) => tf.Scalar,
  scores: readonly (readonly number[])[] = GOLDEN_SCORES,
  baseline: readonly number[] = GOLDEN_BASELINE,
): { readonly scores: number[][]; readonly baseline: number[] } {
  return tf.tidy(() => {
    // The added zero reaches a baseline that is not read, which tfjs refuses otherwise.
    const reached = (f: tf.Tensor, b: tf.Tensor) =>
      tf.add(bound(f as tf.Tensor2D, b as tf.Tensor1D), tf.mul(tf.sum(b), 0)) as tf.Scalar;
    const [dScores, dBaseline] = tf.grads(reached)([
      matrix(scores),
      tf.tensor1d([...baseline]),
    ]) as [tf.Tensor2D, tf.Tensor1D];
    return { scores: dScores.arraySync(), baseline: dBaseline.arraySync() };
  });
}

/** Largest distance of two entries; infinite for arrays of two lengths. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}
