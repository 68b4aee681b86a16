import type * as tf from '@tensorflow/tfjs';
import type { Objective } from '@distiller/core';

/**
 * An objective made of a function of logits, both [B, C]: the mean over the batch of a loss that the student should
 * make small. The function must send no gradient to the teacher: `detach` it. It gets the weights of the rows, [B], where
 * these differ: in a token classification those of later pieces of words are 0 (`weightedMean` heeds them).
 */
export function teacherObjective(
  loss: (student: tf.Tensor2D, teacher: tf.Tensor2D, weights?: tf.Tensor1D) => tf.Scalar,
): Objective {
  return {
    reads: ['teacher'],
    refuses: () => undefined,
    loss: ({ student, teacher, weights }) => loss(student, teacher as tf.Tensor2D, weights),
  };
}

/**
 * An objective made of a function of logits [B, C] and labels [B], int32 class ids or float32 values: the mean over
 * the batch of a loss that the student should make small, under the weights of the rows as above. Left out for texts
 * without labels.
 */
export function labelObjective(
  loss: (student: tf.Tensor2D, labels: tf.Tensor1D, weights?: tf.Tensor1D) => tf.Scalar,
): Objective {
  return {
    reads: ['labels'],
    refuses: () => undefined,
    loss: ({ student, labels, weights }) => loss(student, labels as tf.Tensor1D, weights),
  };
}
