import { defineComponent, type Objective } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseSpans } from './refuse-spans.js';

const settings = z.strictObject({
  temperature: z.number().positive().default(1).describe('τ: divides both logits.'),
});

export type LogitMseOptions = z.output<typeof settings>;

/**
 * Mean squared difference of the logits,
 *
 *     1/(B·C) · Σ_b Σ_c (z_S/τ − z_T/τ)²      [squared logits]
 *
 * For regression it compares the predicted values.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over B and C; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Ba, Caruana, "Do Deep Nets Really Need to be Deep?", 2014, §2.2, arXiv:1312.6184
 */
export function logitMse(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { temperature }: LogitMseOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('logitMse', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const difference = tf.sub(student, detach(teacher)); // [B, C]
    const perRow = tf.mean(tf.square(difference), -1); // [B]
    return tf.div(weightedMean(perRow, weights), temperature ** 2) as tf.Scalar;
  });
}

export const logitMseComponent = defineComponent({
  kind: 'objective',
  name: 'logit-mse',
  summary: "Mean squared distance of the student's logits from the teacher's.",
  source: 'Ba, Caruana 2014, §2.2, arXiv:1312.6184',
  settings,
  needs: {},
  create: (options): Objective => ({
    reads: ['teacher'],
    refuses: refuseSpans,
    loss: ({ student, teacher, weights }) =>
      logitMse(student, teacher as tf.Tensor2D, options, weights),
  }),
});
