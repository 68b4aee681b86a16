import type { PredictionLossInput } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/** The labels of a mixed batch. */
export interface MixedLabels {
  /** y of the B plain rows. */
  readonly own: tf.Tensor;
  /** y[π], of the texts that are mixed into them. */
  readonly other: tf.Tensor;
  readonly lambda: tf.Scalar;
}

/**
 * An objective that reads labels, on a mixed batch of 2B rows: the mean of the plain half and the mixed half,
 *
 *     ½ · l(z, y) + ½ · (λ · l(z′, y) + (1 − λ) · l(z′, y[π]))
 *
 * For cross-entropy the second term is the one with the mixed target λ·y + (1 − λ)·y[π]; for the squared error it differs
 * from that by a constant.
 *
 * @param rows of 2B rows, with the teacher's where the objective reads it.
 * @see Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018, §2, arXiv:1710.09412
 */
export function mixedLoss(
  loss: (input: PredictionLossInput) => tf.Scalar,
  { student, teacher, ...rest }: PredictionLossInput,
  { own, other, lambda }: MixedLabels,
): tf.Scalar {
  const [plain, mixed] = halves(student);
  const [plainTeacher, mixedTeacher] = teacher ? halves(teacher) : [];
  const onPlain = loss({
    ...rest,
    student: plain,
    ...(plainTeacher && { teacher: plainTeacher }),
    labels: own as tf.Tensor1D,
  });
  const onMixed = (labels: tf.Tensor) =>
    loss({
      ...rest,
      student: mixed,
      ...(mixedTeacher && { teacher: mixedTeacher }),
      labels: labels as tf.Tensor1D,
    });
  const mean = tf.add(tf.mul(lambda, onMixed(own)), tf.mul(tf.sub(1, lambda), onMixed(other)));
  return tf.mul(tf.add(onPlain, mean), 0.5) as tf.Scalar;
}

function halves(rows: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return tf.split(rows, 2) as [tf.Tensor2D, tf.Tensor2D];
}
