import * as tf from '@tensorflow/tfjs';

/**
 * Divergence of distributions over keys, for a mean head and query that is a token,
 *
 *     Σ_bhq m_bq · KL(softmax(R^T_bhq) ‖ softmax(R^S_bhq)) / (H · Σ_bq m_bq)      [nats]
 *
 * @param student R^S, [B, H, T, T], padding keys very negative. @param teacher R^T, constant.
 */
export function relationDivergence(
  student: tf.Tensor,
  teacher: tf.Tensor,
  mask: tf.Tensor2D,
): tf.Scalar {
  const logTeacher = tf.logSoftmax(teacher);
  const gap = tf.sub(logTeacher, tf.logSoftmax(student));
  const perQuery = tf.sum(tf.mul(tf.exp(logTeacher), gap), [1, 3]); // [B, T]
  const count = tf.mul(tf.sum(mask), student.shape[1] as number);
  return tf.div(tf.sum(tf.mul(perQuery, mask)), count) as tf.Scalar;
}
