import { DistillerError } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';

/** Taken off a score that must not count: its power is 0 in float32. */
const EXCLUDED = 1e9;

/**
 * Refuses what is not the scores of one batch. Rows are the anchors yᵢ (teacher), columns the candidates xⱼ (student):
 * F_ij = f(xⱼ, yᵢ); the pairs that belong together are on the diagonal.
 *
 * @param where who asks, the first word of the message.
 * @returns K.
 * @throws DistillerError `shape` unless the scores are [K, K] and the baseline, where there is one, is [K].
 */
export function assertScores(where: string, scores: tf.Tensor2D, baseline?: tf.Tensor1D): number {
  const [rows, columns] = scores.shape;
  if (scores.rank !== 2 || rows !== columns) {
    throw new DistillerError(
      'shape',
      `${where}: scores are [${scores.shape.join(', ')}]; they must be [K, K], a row for each teacher representation and a column for each of the student's.`,
    );
  }
  if (baseline && (baseline.rank !== 1 || baseline.shape[0] !== rows)) {
    throw new DistillerError(
      'shape',
      `${where}: scores are [${scores.shape.join(', ')}] but baseline is [${baseline.shape.join(', ')}]; it must be [K], a value for each row.`,
    );
  }
  return rows;
}

/** A bound of 0 with a gradient of 0, for a batch of one: it has nothing to be told apart from. */
export function noInformation(scores: tf.Tensor): tf.Scalar {
  return tf.mul(tf.sum(scores), 0) as tf.Scalar;
}

/** The identity [K, K]. */
export function identity(size: number): tf.Tensor2D {
  return tf.oneHot(tf.range(0, size, 1, 'int32'), size, 1, 0, 'float32') as tf.Tensor2D;
}

/** Entries (i, i) of [K, K] as a column [K, 1]. */
export function diagonal(square: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(square, identity(square.shape[0])), 1, true) as tf.Tensor2D;
}

/** Mean over the entries i ≠ j of [K, K], K ≥ 2. */
export function meanOffDiagonal(square: tf.Tensor2D): tf.Scalar {
  const size = square.shape[0];
  const kept = tf.mul(square, tf.sub(1, identity(size)));
  return tf.div(tf.sum(kept), size * (size - 1)) as tf.Scalar;
}

/** log of the mean of exp(x_ij) over i ≠ j of [K, K], K ≥ 2. */
export function logMeanExpOffDiagonal(square: tf.Tensor2D): tf.Scalar {
  const size = square.shape[0];
  const rest = without(square, identity(size));
  return tf.sub(logSumExp(tf.reshape(rest, [1, -1])).asScalar(), Math.log(size * (size - 1)));
}

/** x with the marked entries left out of every sum of powers. @param marks 1 where left out, else 0. */
export function without(x: tf.Tensor, marks: tf.Tensor): tf.Tensor {
  return tf.sub(x, tf.mul(marks, EXCLUDED));
}

/** log Σ exp over the last axis, [N, K] to [N, 1]; the largest power is 1. */
export function logSumExp(x: tf.Tensor): tf.Tensor2D {
  const top = detach(tf.max(x, -1, true));
  return tf.add(top, tf.log(tf.sum(tf.exp(tf.sub(x, top)), -1, true))) as tf.Tensor2D;
}

/** log(eᵃ + eᵇ), broadcast; smooth, and neither power is ever taken alone. */
export function logAddExp(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.add(b, tf.softplus(tf.sub(a, b)));
}
