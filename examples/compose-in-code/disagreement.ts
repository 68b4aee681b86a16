import * as tf from '@tensorflow/tfjs';
import { detach } from '@distiller/engine';

/**
 * The chance that student and teacher, each drawing a class from its own distribution, draw different ones,
 *
 *     1 − 1/B · Σ_b Σ_c softmax(z_S)_c · softmax(z_T)_c
 *
 * @param student logits z_S, [B, C]. @param teacher logits z_T, [B, C]; constant.
 * @returns scalar in [0, 1].
 */
export function disagreement(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const same = tf.sum(tf.mul(tf.softmax(student), tf.softmax(detach(teacher))), -1); // [B]
    return tf.sub(1, tf.mean(same)) as tf.Scalar;
  });
}
