import { defineComponent } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseNonSoftmax } from './refuse-non-softmax.js';
import {
  tauSquaredSetting,
  temperatureSetting,
  temperedObjective,
  timesTauSquared,
  type Temperature,
} from './temperature.js';

const settings = z.strictObject({
  temperature: temperatureSetting,
  tauSquared: tauSquaredSetting,
});

export interface SoftCrossEntropyOptions {
  readonly temperature: Temperature;
  readonly tauSquared: boolean;
}

/**
 * Cross-entropy of the student's distribution under the teacher's,
 *
 *     −1/B · Σ_b Σ_c softmax(z_T/τ)_c · log softmax(z_S/τ)_c      [nats; · τ² with `tauSquared`]
 *
 * Its gradient is that of KL(teacher ‖ student), from which it differs by the teacher's entropy: at
 * identical logits it is that entropy, not 0. Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]; no probabilities. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, nats per example; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, §2, arXiv:1503.02531
 */
export function softCrossEntropy(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { temperature, tauSquared }: SoftCrossEntropyOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('softCrossEntropy', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const logStudent = tf.logSoftmax(tf.div(student, temperature)); // [B, C]
    const target = tf.softmax(tf.div(detach(teacher), temperature)); // [B, C]
    const perRow = tf.neg(tf.sum(tf.mul(target, logStudent), -1)); // [B]
    return weightedMean(timesTauSquared(perRow, temperature, tauSquared), weights);
  });
}

export const softCrossEntropyComponent = defineComponent({
  kind: 'objective',
  name: 'soft-cross-entropy',
  summary: "Cross-entropy with the teacher's softened distribution as the target.",
  source: 'Hinton et al. 2015, §2, arXiv:1503.02531',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher'],
      refuses: refuseNonSoftmax,
      loss: ({ student, teacher, weights }, temperature) =>
        softCrossEntropy(student, teacher as tf.Tensor2D, { ...options, temperature }, weights),
    }),
});
