import * as tf from '@tensorflow/tfjs';
import { detach } from '@distiller/engine';
import { logSumExp, without } from './scores.js';

/**
 * Logarithm of the mean power of a row without one of its columns,
 *
 *     LOO_ij = log( 1/(K−1) · Σ_{l≠j} exp(F_il) )
 *
 * in K² steps. With the row's largest power scaled to 1 and s the sum of its powers, s − e_j loses nothing to
 * cancellation for any other column, since the largest is still in it: s − e_j ≥ s/2. For the column of the largest
 * the sum is taken anew, without it.
 *
 * @param scores F, [K, K] with K ≥ 2.
 * @returns [K, K].
 */
export function leaveOneOut(scores: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const size = scores.shape[1];
    const largest = tf.oneHot(tf.argMax(scores, 1), size, 1, 0, 'float32'); // [K, K], a 1 in each row
    const others = tf.sub(1, largest);
    const top = detach(tf.max(scores, 1, true)); // [K, 1]
    const powers = tf.exp(tf.sub(scores, top));
    const rest = tf.sub(tf.sum(powers, 1, true), powers); // ≥ 1 but for the largest
    const safe = tf.add(tf.mul(rest, others), largest);
    const usual = tf.add(top, tf.log(safe));
    const withoutLargest = logSumExp(without(scores, largest)); // [K, 1]
    const chosen = tf.add(tf.mul(usual, others), tf.mul(withoutLargest, largest));
    return tf.sub(chosen, Math.log(size - 1)) as tf.Tensor2D;
  });
}
