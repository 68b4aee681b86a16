import { defineComponent, DistillerError, type Objective } from '@distiller/core';
import { weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * Loss against the labels of the data: cross-entropy for class ids, squared error for values,
 *
 *     int32 labels:    −1/B · Σ_b log softmax(z_b)_{y_b}      [nats]
 *     float32 labels:   1/B · Σ_b (z_b − y_b)²                 [squared label units]
 *
 * @param student logits z, [B, C], float32; C = 1 for values.
 * @param labels y, [B]: int32 class ids in 0 … C − 1, or float32 values.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over the batch; the caller disposes of it.
 * @throws DistillerError `shape` when there is not one label for each row, or C ≠ 1 for values.
 */
export function hardLabel(
  student: tf.Tensor2D,
  labels: tf.Tensor1D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  const [rows, classes] = student.shape;
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
        ? crossEntropy(student, labels)
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
  summary: 'Cross-entropy with the labels of the data; squared error for regression.',
  settings: z.strictObject({}),
  needs: {},
  create: (): Objective => ({
    reads: ['labels'],
    refuses: () => undefined,
    loss: ({ student, labels, weights }) => hardLabel(student, labels as tf.Tensor1D, weights),
  }),
});
