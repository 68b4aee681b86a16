import { defineComponent } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * Generalised Jensen–Shannon divergence of the student's and the teacher's distribution,
 *
 *     1/B · Σ_b [ β · KL(p_T ‖ m) + (1 − β) · KL(p_S ‖ m) ],   m = β p_T + (1 − β) p_S,   p = softmax(z)   [nats]
 *
 * Unlike KL it is bounded: a class that only one of the two believes in costs no more than ln 2 at β = 1/2.
 *
 * @param {tf.Tensor2D} student logits z_S, [B, C], float32.
 * @param {tf.Tensor2D} teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param {{ beta: number }} options β in (0, 1).
 * @param {tf.Tensor1D} [weights] of the rows in the mean, [B]; alike when left out.
 * @returns {tf.Scalar} in [0, ln 2], a mean over the batch; the caller disposes of it.
 * @see Lin, "Divergence Measures Based on the Shannon Entropy", 1991, §4
 */
export function jensenShannon(student, teacher, { beta }, weights) {
  assertSameShape('jensenShannon', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const logStudent = tf.logSoftmax(student); // [B, C]
    const logTeacher = tf.logSoftmax(detach(teacher));
    // log m as a sum of exponentials in the log domain: m itself can round to 0.
    const a = tf.add(logTeacher, Math.log(beta));
    const b = tf.add(logStudent, Math.log(1 - beta));
    const logMean = tf.add(a, tf.softplus(tf.sub(b, a)));
    const divergence = (logP) => tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logMean)), -1); // [B]
    return weightedMean(
      tf.add(tf.mul(divergence(logTeacher), beta), tf.mul(divergence(logStudent), 1 - beta)),
      weights,
    );
  });
}

export const jensenShannonComponent = defineComponent({
  kind: 'objective',
  name: 'jensen-shannon',
  summary: "Jensen–Shannon divergence of the student's distribution from the teacher's.",
  source: 'Lin 1991, §4',
  settings: z.strictObject({
    beta: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe("Share of the teacher's distribution in the mixture that both are compared with."),
  }),
  needs: {},
  create: (options) => ({
    reads: ['teacher'],
    refuses: ({ kind }) =>
      kind === 'regression' ? 'it compares distributions over classes' : undefined,
    loss: ({ student, teacher, weights }) => jensenShannon(student, teacher, options, weights),
  }),
});
