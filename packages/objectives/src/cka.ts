import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertSameTexts, type HiddenStates } from './hidden-states.js';
import { pooled } from './pooled.js';

const settings = z.strictObject({
  pool: z
    .enum(['cls', 'mean', 'tokens'])
    .default('mean')
    .describe("What is a row: a text's first token, the mean over its tokens, or each token."),
});

export type CkaOptions = z.output<typeof settings>;

/** Under each squared norm, so that a batch without variation gives 1 and no gradient. */
const EPSILON = 1e-12;

/**
 * One minus the linear centred kernel alignment of rows X (student) and Y (teacher),
 *
 *     1 − ‖Y_cᵀ X_c‖²_F / (‖X_cᵀ X_c‖_F · ‖Y_cᵀ Y_c‖_F)
 *
 * columns centred over the rows. It sees neither rotations nor scale, and each side has its own width. A batch whose
 * rows do not differ (one text) gives 1.
 *
 * @returns scalar in [0, 1]; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Kornblith et al., "Similarity of Neural Network Representations Revisited", 2019, §3, arXiv:1905.00414
 */
export function cka({ student, teacher, mask }: HiddenStates, { pool }: CkaOptions): tf.Scalar {
  assertSameTexts('cka', { student, teacher, mask });
  return tf.tidy(() => {
    const rows = (hidden: tf.Tensor) =>
      pool === 'tokens'
        ? (tf.reshape(hidden, [-1, hidden.shape[2] as number]) as tf.Tensor2D)
        : pooled(hidden, mask, pool);
    const weights =
      pool === 'tokens' ? (tf.reshape(mask, [-1, 1]) as tf.Tensor2D) : tf.ones([mask.shape[0], 1]);
    return ckaDistance(rows(student), rows(detach(teacher)), weights as tf.Tensor2D);
  });
}

/** @param x [N, D_S]. @param y [N, D_T]. @param weights [N, 1], 1 for a row that counts, else 0. */
function ckaDistance(x: tf.Tensor2D, y: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar {
  const centred = (rows: tf.Tensor2D) => {
    const mean = tf.div(tf.sum(tf.mul(rows, weights), 0, true), tf.sum(weights));
    return tf.mul(tf.sub(rows, mean), weights) as tf.Tensor2D;
  };
  const [a, b] = [centred(x), centred(y)];
  const squaredNorm = (left: tf.Tensor2D, right: tf.Tensor2D) =>
    tf.sum(tf.square(tf.matMul(left, right, true)));
  // One norm at a time: the product of both overflows float32 in wide models.
  const inverseNorm = (rows: tf.Tensor2D) => tf.rsqrt(tf.add(squaredNorm(rows, rows), EPSILON));
  const alignment = tf.mul(tf.mul(squaredNorm(b, a), inverseNorm(a)), inverseNorm(b));
  return tf.sub(1, alignment) as tf.Scalar;
}

export const ckaComponent = defineComponent({
  kind: 'intermediate',
  name: 'cka',
  summary: "One minus the linear centred kernel alignment with the teacher's states.",
  source: 'Kornblith et al. 2019, §3, arXiv:1905.00414',
  settings,
  needs: {},
  create: (options): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: false,
    loss: (input) => cka(input, options),
  }),
});
