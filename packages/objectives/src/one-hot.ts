import * as tf from '@tensorflow/tfjs';

/**
 * Rows of the identity, float32 [N, C]; rather than tf.oneHot, because an id out of range is then an error and not a
 * silent row of zeros.
 *
 * @param ids int32 [N].
 */
export function oneHot(ids: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.gather(tf.eye(classes), ids) as tf.Tensor2D;
}
