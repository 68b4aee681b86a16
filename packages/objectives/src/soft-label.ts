import { defineComponent, type Objective } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseMultiLabel } from './refuse-multi-label.js';

/**
 * Loss against what the teacher says, taken for a label: the class of its largest logit, or its value where there is
 * one logit,
 *
 *     C > 1:   −1/B · Σ_b log softmax(z_S,b)_{y_b},   y_b = argmax_c z_T,bc      [nats]
 *     C = 1:    1/B · Σ_b (z_S,b − z_T,b)²                                      [squared label units]
 *
 * It works on texts without labels, augmented ones among them. Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over the batch; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Lee, "Pseudo-Label", 2013, §2
 */
export function softLabel(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('softLabel', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const constant = detach(teacher);
    const perRow =
      student.shape[1] === 1
        ? tf.sum(tf.squaredDifference(student, constant), -1)
        : crossEntropy(student, tf.argMax(constant, -1));
    return weightedMean(perRow, weights);
  });
}

/** [B], one number a row. */
function crossEntropy(student: tf.Tensor2D, labels: tf.Tensor): tf.Tensor {
  const target = tf.oneHot(labels, student.shape[1]); // [B, C]
  return tf.neg(tf.sum(tf.mul(tf.cast(target, 'float32'), tf.logSoftmax(student)), -1));
}

export const softLabelComponent = defineComponent({
  kind: 'objective',
  name: 'soft-label',
  summary:
    'Cross-entropy with the class that the teacher prefers; squared error with its value for regression.',
  source: 'Lee 2013, §2',
  settings: z.strictObject({}),
  needs: {},
  create: (): Objective => ({
    reads: ['teacher'],
    refuses: refuseMultiLabel,
    loss: ({ student, teacher, weights }) => softLabel(student, teacher as tf.Tensor2D, weights),
  }),
});
