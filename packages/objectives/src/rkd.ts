import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertSameTexts, type HiddenStates } from './hidden-states.js';
import { poolSetting, pooled } from './pooled.js';
import { unitVectors } from './unit-vectors.js';

const settings = z.strictObject({
  distance: z.number().min(0).default(1).describe('Factor on the term of distances.'),
  angle: z.number().min(0).default(2).describe('Factor on the term of angles.'),
  pool: poolSetting,
});

export type RkdOptions = z.output<typeof settings>;

const EPSILON = 1e-12;

/**
 * Relational distillation: distances and angles among the texts of a batch, compared between student and teacher,
 *
 *     λ_D · mean_{ij} huber(ψ^S_ij − ψ^T_ij)  +  λ_A · mean_{ijk} huber(cos ∠^S_ijk − cos ∠^T_ijk)
 *
 * ψ_ij = ‖x_i − x_j‖ / mean_{i≠j} ‖x_i − x_j‖; ∠_ijk is the angle at x_j between x_i and x_k; huber(d) = d²/2 for
 * |d| ≤ 1, else |d| − ½. The means are over all B² and B³ tuples, as in the authors' code; those of one text are 0.
 * Neither rotation nor scale matters, and each side has its own width.
 *
 * @returns scalar ≥ 0; 0 for a batch of one. The caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Park et al., "Relational Knowledge Distillation", CVPR 2019, §3.2, arXiv:1904.05068
 */
export function rkd(
  { student, teacher, mask }: HiddenStates,
  { distance, angle, pool }: RkdOptions,
): tf.Scalar {
  assertSameTexts('rkd', { student, teacher, mask });
  return tf.tidy(() => {
    const [x, y] = [pooled(student, mask, pool), pooled(detach(teacher), mask, pool)];
    const [s, t] = [differences(x), differences(y)];
    const terms = [
      tf.mul(huber(tf.sub(relativeDistances(s), relativeDistances(t))), distance),
      tf.mul(huber(tf.sub(cosines(s), cosines(t))), angle),
    ];
    return tf.addN(terms) as tf.Scalar;
  });
}

/** x_i − x_j, [B, B, D]. */
function differences(x: tf.Tensor2D): tf.Tensor3D {
  return tf.sub(tf.expandDims(x, 1), tf.expandDims(x, 0)) as tf.Tensor3D;
}

/** ψ, [B, B]. */
function relativeDistances(difference: tf.Tensor3D): tf.Tensor {
  const [texts] = difference.shape;
  const others = tf.sub(1, tf.eye(texts));
  // The diagonal is left out before the root, whose gradient at 0 is infinite.
  const squared = tf.mul(tf.sum(tf.square(difference), -1), others);
  const lengths = tf.mul(tf.sqrt(tf.add(squared, EPSILON)), others);
  const mean = tf.div(tf.sum(lengths), Math.max(1, texts * (texts - 1)));
  return tf.div(lengths, tf.add(mean, EPSILON));
}

/** Cosine at j between i and k, [B, B, B] by (j, i, k). */
function cosines(difference: tf.Tensor3D): tf.Tensor {
  const directions = unitVectors(difference);
  return tf.matMul(directions, directions, false, true);
}

/** Mean of the smooth absolute value. */
function huber(x: tf.Tensor): tf.Tensor {
  const size = tf.abs(x);
  const inner = tf.minimum(size, 1);
  // d²/2 up to 1, then a line: with c = min(|d|, 1), c·(|d| − c/2).
  return tf.mean(tf.mul(inner, tf.sub(size, tf.mul(inner, 0.5))));
}

export const rkdComponent = defineComponent({
  kind: 'intermediate',
  name: 'rkd',
  summary: 'Distances and angles among the texts of a batch.',
  source: 'Park et al., CVPR 2019, §3.2, arXiv:1904.05068',
  settings,
  needs: {},
  create: (options): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: false,
    loss: (input) => rkd(input, options),
  }),
});
