import { defineComponent, type Objective } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseNonSoftmax } from './refuse-non-softmax.js';
import { refuseSpans } from './refuse-spans.js';

/** Added to variances, so that what does not vary has correlation 0 and a finite gradient. */
const EPSILON = 1e-12;

const settings = z.strictObject({
  beta: z
    .number()
    .min(0)
    .default(1)
    .describe('β: weight of the relation between the classes of a row.'),
  gamma: z
    .number()
    .min(0)
    .default(1)
    .describe('γ: weight of the relation between the rows of a batch, class by class.'),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe(
      'τ: divides both logits. One for all rows, because rows are compared with each other.',
    ),
});

export type DistOptions = z.output<typeof settings>;

/**
 * Correlation instead of equality. With p = softmax(z/τ) and ρ Pearson's correlation,
 *
 *     τ² · [ β · 1/B · Σ_b (1 − ρ_c(p_S,bc, p_T,bc))  +  γ · 1/C · Σ_c (1 − ρ_b(p_S,bc, p_T,bc)) ]
 *
 * The first sum runs over the rows and correlates their classes, the second over the classes and correlates the rows.
 * Under row weights the first is a weighted mean, and means and variances in the second are. What does not vary (a
 * batch of one row, in the second sum) counts as uncorrelated and has no gradient.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows, [B]; alike when left out.
 * @returns scalar in [0, 2τ²(β + γ)]; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Huang et al., "Knowledge Distillation from A Stronger Teacher", 2022, §4, arXiv:2205.10536
 */
export function dist(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  { beta, gamma, temperature }: DistOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('dist', ['student', 'teacher'], student, teacher);
  const [rows, classes] = student.shape;
  return tf.tidy(() => {
    const ours = tf.softmax(tf.div(student, temperature)); // [B, C]
    const theirs = tf.softmax(tf.div(detach(teacher), temperature)); // [B, C]
    const overClasses = correlation(ours, theirs, tf.fill([1, classes], 1 / classes), -1); // [B]
    const share = weights ? tf.div(weights, tf.sum(weights)) : tf.fill([rows], 1 / rows);
    const overRows = correlation(ours, theirs, tf.reshape(share, [-1, 1]), 0); // [C]
    const inter = weightedMean(tf.sub(1, overClasses), weights);
    const intra = tf.mean(tf.sub(1, overRows));
    return tf.mul(tf.add(tf.mul(inter, beta), tf.mul(intra, gamma)), temperature ** 2) as tf.Scalar;
  });
}

/**
 * Pearson's correlation along an axis, whose entries have weights that add up to 1,
 *
 *     cov(a, b) / √((var(a) + ε) · (var(b) + ε))
 */
function correlation(a: tf.Tensor, b: tf.Tensor, share: tf.Tensor, axis: number): tf.Tensor {
  const mean = (x: tf.Tensor) => tf.sum(tf.mul(x, share), axis, true);
  const [x, y] = [tf.sub(a, mean(a)), tf.sub(b, mean(b))];
  const covariance = mean(tf.mul(x, y));
  const inverseDeviation = (z: tf.Tensor) => tf.rsqrt(tf.add(mean(tf.square(z)), EPSILON));
  return tf.reshape(tf.mul(covariance, tf.mul(inverseDeviation(x), inverseDeviation(y))), [-1]);
}

export const distComponent = defineComponent({
  kind: 'objective',
  name: 'dist',
  summary: "Correlation with the teacher's probabilities, within each row and within each class.",
  source: 'Huang et al. 2022, §4, arXiv:2205.10536',
  settings,
  needs: {},
  create: (options): Objective => ({
    reads: ['teacher'],
    refuses: (task) => refuseNonSoftmax(task) ?? refuseSpans(task),
    loss: ({ student, teacher, weights }) =>
      dist(student, teacher as tf.Tensor2D, options, weights),
  }),
});
