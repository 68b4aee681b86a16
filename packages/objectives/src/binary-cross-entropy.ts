import * as tf from '@tensorflow/tfjs';

/**
 * Mean over the classes of the cross-entropy of a yes or no under its target,
 *
 *     −1/C · Σ_c [ t_c · log σ(z_c) + (1 − t_c) · log σ(−z_c) ] = 1/C · Σ_c [ log(1 + e^z_c) − t_c · z_c ]
 *
 * @param logits z, [N, C].
 * @param target t, [N, C], in [0, 1].
 * @returns [N]
 */
export function binaryCrossEntropy(logits: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(target, logits)), -1);
}
