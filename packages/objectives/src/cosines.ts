import * as tf from '@tensorflow/tfjs';

/** Added to squared norms, so that a row of zeros has cosine 0 and a finite gradient. */
const EPSILON = 1e-12;

/** Cosines of the rows of a and b, each [N, C]: one a row, [N]. */
export function cosines(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const inverseNorm = (x: tf.Tensor) => tf.rsqrt(tf.add(tf.sum(tf.square(x), -1), EPSILON));
  return tf.mul(tf.sum(tf.mul(a, b), -1), tf.mul(inverseNorm(a), inverseNorm(b)));
}
