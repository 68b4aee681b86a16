import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { tokenPairs } from './attention-maps.js';
import { assertSameTexts, type HiddenStates } from './hidden-states.js';

/**
 * Neuron selectivity: how alike the states of a text's tokens are to each other, compared between student and teacher,
 *
 *     K_b = h_b h_bᵀ / D  ∈ R^{T×T}      Σ_bqk m_bq m_bk · (K^S_bqk − K^T_bqk)² / Σ_b n_b²
 *
 * the maximum mean discrepancy under a polynomial kernel, up to a constant. Each side has its own width D.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Huang, Wang, "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer", 2017, §4, arXiv:1707.01219
 */
export function nst({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertSameTexts('nst', { student, teacher, mask });
  return tf.tidy(() => {
    const [texts, tokens] = mask.shape;
    const pairs = tf.reshape(tokenPairs(mask), [texts, tokens, tokens]);
    const kernel = (x: tf.Tensor) => {
      const own = tf.mul(x, tf.expandDims(mask, -1));
      return tf.div(tf.matMul(own, own, false, true), x.shape[2] as number); // [B, T, T]
    };
    const squared = tf.squaredDifference(kernel(student), kernel(detach(teacher)));
    return tf.div(tf.sum(tf.mul(squared, pairs)), tf.sum(pairs)) as tf.Scalar;
  });
}

export const nstComponent = defineComponent({
  kind: 'intermediate',
  name: 'nst',
  summary: "Squared distance of the similarities among a text's tokens (NST, MMD).",
  source: 'Huang, Wang 2017, §4, arXiv:1707.01219',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({ feature: 'hidden', needsEqualWidth: false, loss: nst }),
});
