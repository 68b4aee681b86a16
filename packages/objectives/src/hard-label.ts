import { defineComponent, DistillerError, type Objective } from '@distiller/core';
import { weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * Loss against the labels of the data: cross-entropy for class ids, squared error for values,
 *
 *     int32 labels:    −1/B · Σ_b log softmax(z_b)_{y_b}      [nats]
 *     float32 labels:   1/B · Σ_b (z_b − y_b)²                 [squared label units]
 *     float32 [B, C]:   1/BC · Σ_bc log(1 + exp(z_bc)) − y_bc z_bc   [nats]
 *
 * @param student logits z, [B, C], float32; C = 1 for values.
 * @param labels y, [B]: int32 class ids in 0 … C − 1, or float32 values; [B, C]: float32 0 and 1 for each class.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over the batch; the caller disposes of it.
 * @throws DistillerError `shape` when there is not one label for each row, or C ≠ 1 for values.
 */
export function hardLabel(
  student: tf.Tensor2D,
  labels: tf.Tensor1D | tf.Tensor2D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  const [rows, classes] = student.shape;
  if (labels.rank === 2 && labels.shape[0] === rows && labels.shape[1] === classes) {
    return tf.tidy(() =>
      weightedMean(tf.mean(tf.sub(tf.softplus(student), tf.mul(labels, student)), -1), weights),
    );
  }
  const columns = labels.dtype === 'int32' ? classes : 1;
  if (labels.rank !== 1 || labels.shape[0] !== rows || classes !== columns) {
    throw new DistillerError(
      'shape',
      `hardLabel: student is [${student.shape.join(', ')}] but labels are ${labels.dtype} [${labels.shape.join(', ')}]; ` +
        'class ids need one int32 label a row, values one float32 label a row of one column.',
    );
  }
  return tf.tidy(() => {
    const perRow =
      labels.dtype === 'int32'
        ? crossEntropy(student, labels as tf.Tensor1D)
        : tf.square(tf.sub(tf.reshape(student, [rows]), labels));
    return weightedMean(perRow, weights);
  });
}

/** [B], one number a row. */
function crossEntropy(student: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor {
  // Rows of the identity rather than tf.oneHot: an id out of range is an error, not a silent row of zeros.
  const target = tf.gather(tf.eye(student.shape[1]), labels); // [B, C]
  return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(student)), -1));
}

export const hardLabelComponent = defineComponent({
  kind: 'objective',
  name: 'hard-label',
  summary:
    'Cross-entropy with the labels of the data, binary for multi-label; squared error for regression.',
  settings: z.strictObject({}),
  needs: {},
  create: (): Objective => ({
    reads: ['labels'],
    refuses: () => undefined,
    loss: ({ student, labels, weights }) =>
      hardLabel(student, labels as tf.Tensor1D | tf.Tensor2D, weights),
  }),
});
