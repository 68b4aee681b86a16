import { defineComponent } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseNonSoftmax } from './refuse-non-softmax.js';
import { temperatureSetting, temperedObjective, type Temperature } from './temperature.js';

const settings = z.strictObject({ temperature: temperatureSetting });

export interface TotalVariationOptions {
  readonly temperature: Temperature;
}

/**
 * Total variation distance of the two softened distributions p = softmax(z/τ),
 *
 *     1/B · Σ_b ½ · Σ_c |p_S,bc − p_T,bc|
 *
 * The probability on which the two can differ at most. Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar in [0, 1]; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Wen et al., "f-Divergence Minimization for Sequence-Level Knowledge Distillation", 2023, arXiv:2307.15190
 */
export function totalVariation(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { temperature }: TotalVariationOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('totalVariation', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const ours = tf.softmax(tf.div(student, temperature)); // [B, C]
    const theirs = tf.softmax(tf.div(detach(teacher), temperature)); // [B, C]
    const perRow = tf.mul(tf.sum(tf.abs(tf.sub(ours, theirs)), -1), 0.5); // [B]
    return weightedMean(perRow, weights);
  });
}

export const totalVariationComponent = defineComponent({
  kind: 'objective',
  name: 'total-variation',
  summary: "Total variation distance of the student's distribution from the teacher's.",
  source: 'Wen et al. 2023, arXiv:2307.15190',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher'],
      refuses: refuseNonSoftmax,
      loss: ({ student, teacher, weights }, temperature) =>
        totalVariation(student, teacher as tf.Tensor2D, { temperature }, weights),
    }),
});
