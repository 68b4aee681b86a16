import { defineComponent, DistillerError } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * Hinge on the order of the classes: where the teacher gives class i more than class j, the student should too, by a
 * margin,
 *
 *     Σ_n w_n · mean_ij max(0, μ − sign(z_T,i − z_T,j) · (z_S,i − z_S,j)) / Σ_n w_n,   i ≠ j      [logits]
 *
 * @param {tf.Tensor2D} student logits z_S, [N, C], float32, C ≥ 2.
 * @param {tf.Tensor2D} teacher logits z_T, [N, C]. A constant: no gradient flows to it.
 * @param {{ margin: number }} options μ > 0.
 * @param {tf.Tensor1D} [weights] w of the rows, [N]; alike when left out.
 * @returns {tf.Scalar} ≥ 0; the caller disposes of it.
 */
export function rankHinge(student, teacher, { margin }, weights) {
  assertSameShape('rankHinge', ['student', 'teacher'], student, teacher);
  const classes = student.shape[1];
  if (classes < 2) {
    throw new DistillerError('shape', `rankHinge: there is ${classes} class; an order needs two.`);
  }
  return tf.tidy(() => {
    const differences = (z) => tf.sub(tf.expandDims(z, 2), tf.expandDims(z, 1)); // [N, C, C]
    const order = tf.sign(differences(detach(teacher)));
    const short = tf.relu(tf.sub(margin, tf.mul(order, differences(student))));
    const pairs = tf.sub(1, tf.eye(classes)); // without i = j
    const perRow = tf.div(tf.sum(tf.mul(short, pairs), [1, 2]), classes * (classes - 1));
    return weightedMean(perRow, weights);
  });
}

export const rankHingeComponent = defineComponent({
  kind: 'objective',
  name: 'rank-hinge',
  summary: 'The student should rank the classes as the teacher does, by a margin.',
  settings: z.strictObject({
    margin: z.number().positive().default(1).describe('μ, in logits.'),
  }),
  needs: {},
  create: (options) => ({
    reads: ['teacher'],
    refuses: ({ kind }) =>
      kind === 'classification' ? undefined : 'it compares the classes of one choice',
    loss: ({ student, teacher, weights }) => rankHinge(student, teacher, options, weights),
  }),
});
