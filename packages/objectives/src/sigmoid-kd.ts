import { defineComponent } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
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

export interface SigmoidKdOptions {
  readonly temperature: Temperature;
  readonly tauSquared: boolean;
}

/**
 * Binary cross-entropy of every class under the teacher's probability of it, q = σ(z_T/τ), p = σ(z_S/τ),
 *
 *     −1/(B·C) · Σ_b Σ_c [ q · log p + (1 − q) · log(1 − p) ]      [nats; · τ² with `tauSquared`]
 *
 * For multi-label tasks. At identical logits it is the mean entropy of q, not 0.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over B and C; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Yang et al., "Multi-Label Knowledge Distillation", 2023 (whose binary KL differs by the entropy of q), arXiv:2308.06453
 */
export function sigmoidKd(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { temperature, tauSquared }: SigmoidKdOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('sigmoidKd', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const target = tf.sigmoid(tf.div(detach(teacher), temperature)); // [B, C]
    const perRow = binaryCrossEntropy(tf.div(student, temperature), target); // [B]
    return weightedMean(timesTauSquared(perRow, temperature, tauSquared), weights);
  });
}

export const sigmoidKdComponent = defineComponent({
  kind: 'objective',
  name: 'sigmoid-kd',
  summary:
    "Binary cross-entropy with the teacher's probability of every class, for multi-label tasks.",
  source: 'Yang et al. 2023, arXiv:2308.06453',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher'],
      refuses: ({ kind }) =>
        kind === 'multi-label'
          ? undefined
          : 'it takes every class for a yes or no of its own, which only multi-label tasks have; use soft-cross-entropy, or logit-mse for regression',
      loss: ({ student, teacher, weights }, temperature) =>
        sigmoidKd(student, teacher as tf.Tensor2D, { ...options, temperature }, weights),
    }),
});
