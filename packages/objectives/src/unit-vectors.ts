import * as tf from '@tensorflow/tfjs';

/** Added to squared norms, so that a vector of zeros stays one and has a finite gradient. */
const EPSILON = 1e-12;

/** Vectors of length 1 along the last axis, [..., D]. */
export function unitVectors(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), EPSILON)));
}
