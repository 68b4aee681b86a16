import * as tf from '@tensorflow/tfjs';

/** Added to what padding shows, so that it is never the largest. */
const MASKED = -1e4;

/**
 * The largest value of each feature over the tokens of a text.
 *
 * @param x [B, T, D].
 * @param mask float32 [B, T], 1 for a token, 0 for padding.
 * @returns [B, D].
 */
export function poolMaximum(x: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor2D {
  const [batch, length] = mask.shape;
  const additive = tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [batch, length, 1]);
  return tf.max(tf.add(x, additive), 1) as tf.Tensor2D;
}
