import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';

/**
 * Mean squared difference of the hidden states over tokens and features,
 *
 *     Σ_bt m_bt · ‖h^S_bt − h^T_bt‖² / (D · Σ_bt m_bt)
 *
 * The teacher is a constant: no gradient flows to it.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding", 2020, §3, eq. 8,
 *   arXiv:1909.10351
 */
export function hiddenMse({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertHiddenStates('hiddenMse', { student, teacher, mask });
  return tf.tidy(() => {
    const width = student.shape[2] as number;
    const difference = tf.mul(tf.sub(student, detach(teacher)), tf.expandDims(mask, -1)); // [B, T, D]
    const perToken = tf.div(tf.sum(tf.square(difference)), tf.sum(mask));
    return tf.div(perToken, width) as tf.Scalar;
  });
}

export const hiddenMseComponent = defineComponent({
  kind: 'intermediate',
  name: 'hidden-mse',
  summary: "Mean squared distance of hidden states from the teacher's.",
  source: 'Jiao et al. 2020, §3, arXiv:1909.10351',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: true,
    loss: hiddenMse,
  }),
});
