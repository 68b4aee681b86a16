import { defineComponent } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * Squared Hellinger distance of the student's and the teacher's softened distribution, p = softmax(z/τ),
 *
 *     1/B · Σ_b ½ · Σ_c (√p_S,bc − √p_T,bc)²  =  1/B · Σ_b [ 1 − Σ_c √(p_S,bc · p_T,bc) ]
 *
 * Unlike KL it is bounded: a class that only one of the two believes in costs no more than 1. The roots are those of
 * the logarithms, e^(log p / 2), for a root has no finite slope at 0. Padding (logits of −10⁴) adds nothing.
 *
 * @param {tf.Tensor2D} student logits z_S, [B, C], float32.
 * @param {tf.Tensor2D} teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param {{ temperature: number }} options τ > 0.
 * @param {tf.Tensor1D} [weights] of the rows in the mean, [B]; alike when left out.
 * @returns {tf.Scalar} in [0, 1], a mean over the batch; the caller disposes of it.
 * @see Hellinger, "Neue Begründung der Theorie quadratischer Formen von unendlichvielen Veränderlichen", 1909
 */
export function hellinger(student, teacher, { temperature }, weights) {
  assertSameShape('hellinger', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const root = (logits) => tf.exp(tf.div(tf.logSoftmax(tf.div(logits, temperature)), 2)); // [B, C]
    const difference = tf.sub(root(student), root(detach(teacher)));
    return weightedMean(tf.div(tf.sum(tf.square(difference), -1), 2), weights);
  });
}

export const hellingerComponent = defineComponent({
  kind: 'objective',
  name: 'hellinger',
  summary: "Squared Hellinger distance of the student's distribution from the teacher's.",
  source: 'Hellinger 1909',
  settings: z.strictObject({
    temperature: z
      .number()
      .positive()
      .default(1)
      .describe('τ: divides both logits; above 1 it softens both distributions.'),
  }),
  needs: {},
  create: (options) => ({
    reads: ['teacher'],
    refuses: ({ kind }) =>
      kind === 'regression' || kind === 'multi-label'
        ? 'it compares distributions over classes'
        : undefined,
    loss: ({ student, teacher, weights }) => hellinger(student, teacher, options, weights),
  }),
});
