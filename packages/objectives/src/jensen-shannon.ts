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
  beta: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe("β: share of the teacher's distribution in the mixture that both are compared with."),
  temperature: temperatureSetting,
  tauSquared: tauSquaredSetting,
});

export interface JensenShannonOptions extends Omit<z.output<typeof settings>, 'temperature'> {
  readonly temperature: Temperature;
}

/**
 * Generalised Jensen–Shannon divergence of the two softened distributions p = softmax(z/τ),
 *
 *     1/B · Σ_b [ β · KL(p_T ‖ m) + (1 − β) · KL(p_S ‖ m) ],   m = β p_T + (1 − β) p_S      [nats; · τ² with `tauSquared`]
 *
 * Unlike KL it is bounded: a class that only one of the two believes in costs no more than ln 2 at β = 1/2.
 * Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar in [0, ln 2] without τ²; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Lin, "Divergence Measures Based on the Shannon Entropy", 1991, §4; Agarwal et al., "GKD", 2024, §2, arXiv:2306.13649
 */
export function jensenShannon(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { beta, temperature, tauSquared }: JensenShannonOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('jensenShannon', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const logStudent = tf.logSoftmax(tf.div(student, temperature)); // [B, C]
    const logTeacher = tf.logSoftmax(tf.div(detach(teacher), temperature)); // [B, C]
    // log m as a sum of exponentials in the log domain: m itself can round to 0.
    const a = tf.add(logTeacher, Math.log(beta));
    const b = tf.add(logStudent, Math.log(1 - beta));
    const logMean = tf.add(a, tf.softplus(tf.sub(b, a)));
    const divergence = (logP: tf.Tensor) => tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logMean)), -1); // [B]
    const perRow = tf.add(
      tf.mul(divergence(logTeacher), beta),
      tf.mul(divergence(logStudent), 1 - beta),
    );
    return weightedMean(timesTauSquared(perRow, temperature, tauSquared), weights);
  });
}

export const jensenShannonComponent = defineComponent({
  kind: 'objective',
  name: 'jensen-shannon',
  summary: "Jensen–Shannon divergence of the student's distribution from the teacher's.",
  source: 'Lin 1991, §4; Agarwal et al. 2024, §2, arXiv:2306.13649',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher'],
      refuses: refuseNonSoftmax,
      loss: ({ student, teacher, weights }, temperature) =>
        jensenShannon(student, teacher as tf.Tensor2D, { ...options, temperature }, weights),
    }),
});
