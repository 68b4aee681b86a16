import { defineComponent, type Objective } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { refuseSpans } from './refuse-spans.js';

/** Added to the number of pairs, so that a teacher that prefers nothing costs nothing. */
const EPSILON = 1e-12;

/**
 * Logistic loss on the order of the classes: for each pair of which the teacher prefers the first,
 *
 *     1/B · Σ_b 1/|P_b| · Σ_{(i,j) ∈ P_b} log(1 + e^−(z_S,bi − z_S,bj)),   P_b = { (i, j) : z_T,bi > z_T,bj }      [nats]
 *
 * It sees only how the teacher ranks the classes, not by how much. A row has C² pairs.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 * @see Burges et al., "Learning to Rank using Gradient Descent", 2005, §3
 */
export function logisticRanking(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('logisticRanking', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => {
    const preferred = tf.step(differences(detach(teacher))); // [B, C, C]
    const costs = tf.mul(tf.softplus(tf.neg(differences(student))), preferred);
    const pairs = tf.add(tf.sum(preferred, [1, 2]), EPSILON); // [B]
    return weightedMean(tf.div(tf.sum(costs, [1, 2]), pairs), weights);
  });
}

/** z_i − z_j, [B, C, C]. */
function differences(logits: tf.Tensor): tf.Tensor {
  return tf.sub(tf.expandDims(logits, 2), tf.expandDims(logits, 1));
}

export const logisticRankingComponent = defineComponent({
  kind: 'objective',
  name: 'logistic-ranking',
  summary: "Logistic loss on the teacher's order of the classes, pair by pair.",
  source: 'Burges et al. 2005, §3',
  settings: z.strictObject({}),
  needs: {},
  create: (): Objective => ({
    reads: ['teacher'],
    refuses: (task) =>
      task.outputs < 2 ? 'one output has no order; use logit-mse' : refuseSpans(task),
    loss: ({ student, teacher, weights }) =>
      logisticRanking(student, teacher as tf.Tensor2D, weights),
  }),
});
