import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';

/** Under the root, so that the gradient is finite where both sides agree. Changes a distance by 10⁻⁶ at most. */
const EPSILON = 1e-12;

/**
 * Mean Euclidean distance of the hidden states over tokens, not squared,
 *
 *     Σ_bt m_bt · ‖h^S_bt − h^T_bt‖₂ / Σ_bt m_bt
 *
 * Unlike the squared distance it is not ruled by a few tokens that are far off.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see He et al., "Distiller: A Systematic Study of Model Distillation Methods in NLP", 2021, §3, arXiv:2109.11105
 */
export function hiddenL2({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertHiddenStates('hiddenL2', { student, teacher, mask });
  return tf.tidy(() => {
    const squared = tf.sum(tf.square(tf.sub(student, detach(teacher))), -1); // [B, T]
    const distances = tf.mul(tf.sqrt(tf.add(squared, EPSILON)), mask); // [B, T]
    return tf.div(tf.sum(distances), tf.sum(mask)) as tf.Scalar;
  });
}

export const hiddenL2Component = defineComponent({
  kind: 'intermediate',
  name: 'hidden-l2',
  summary: "Mean Euclidean distance of hidden states from the teacher's, not squared.",
  source: 'He et al. 2021, §3, arXiv:2109.11105',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: true,
    loss: hiddenL2,
  }),
});
