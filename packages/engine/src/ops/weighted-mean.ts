import { DistillerError } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/**
 * Mean of one number a row,
 *
 *     Σ_n w_n · x_n / Σ_n w_n,   w_n = 1 without weights
 *
 * @param perRow x, [N].
 * @param weights w, float32 [N], ≥ 0 and not all 0.
 * @throws DistillerError `shape` when there is not one weight for each row.
 */
export function weightedMean(perRow: tf.Tensor, weights?: tf.Tensor1D): tf.Scalar {
  if (!weights) return tf.mean(perRow) as tf.Scalar;
  if (weights.rank !== 1 || weights.shape[0] !== perRow.shape[0]) {
    throw new DistillerError(
      'shape',
      `There are ${perRow.shape[0]} rows of logits but weights are [${weights.shape.join(', ')}]; expected one a row.`,
    );
  }
  return tf.tidy(() => tf.div(tf.sum(tf.mul(perRow, weights)), tf.sum(weights)) as tf.Scalar);
}
