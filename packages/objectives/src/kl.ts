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
  direction: z
    .enum(['forward', 'reverse', 'symmetric'])
    .default('forward')
    .describe(
      'forward: KL(teacher ‖ student), the student covers all that the teacher believes in; reverse: KL(student ‖ teacher), ' +
        'it avoids what the teacher excludes; symmetric: the mean of the two.',
    ),
  temperature: temperatureSetting,
  tauSquared: tauSquaredSetting,
});

export interface KlOptions extends Omit<z.output<typeof settings>, 'temperature'> {
  readonly temperature: Temperature;
}

/**
 * Kullback–Leibler divergence of the two softened distributions p = softmax(z/τ), a mean over the batch of
 *
 *     forward     KL(p_T ‖ p_S) = Σ_c p_T,c · (log p_T,c − log p_S,c)      [nats; · τ² with `tauSquared`]
 *     reverse     KL(p_S ‖ p_T)
 *     symmetric   (KL(p_T ‖ p_S) + KL(p_S ‖ p_T)) / 2
 *
 * Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, 0 at equal distributions; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Hinton, Vinyals, Dean, 2015, §2, arXiv:1503.02531; reverse: Gu et al., "MiniLLM", 2024, §2.1, arXiv:2306.08543
 */
export function kl(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { direction, temperature, tauSquared }: KlOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('kl', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const logStudent = tf.logSoftmax(tf.div(student, temperature)); // [B, C]
    const logTeacher = tf.logSoftmax(tf.div(detach(teacher), temperature)); // [B, C]
    const difference = tf.sub(logTeacher, logStudent);
    const under = (logP: tf.Tensor) => tf.sum(tf.mul(tf.exp(logP), difference), -1); // [B]
    const perRow = {
      forward: () => under(logTeacher),
      reverse: () => tf.neg(under(logStudent)),
      symmetric: () => tf.mul(tf.sub(under(logTeacher), under(logStudent)), 0.5),
    }[direction]();
    return weightedMean(timesTauSquared(perRow, temperature, tauSquared), weights);
  });
}

export const klComponent = defineComponent({
  kind: 'objective',
  name: 'kl',
  summary: "Kullback–Leibler divergence between the teacher's and the student's distribution.",
  source:
    'Hinton et al. 2015, §2, arXiv:1503.02531; reverse: Gu et al. 2024, §2.1, arXiv:2306.08543',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher'],
      refuses: refuseNonSoftmax,
      loss: ({ student, teacher, weights }, temperature) =>
        kl(student, teacher as tf.Tensor2D, { ...options, temperature }, weights),
    }),
});
