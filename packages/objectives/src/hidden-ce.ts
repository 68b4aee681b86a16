import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';

/**
 * Cross-entropy of the hidden states read as logits over the D features,
 *
 *     −Σ_bt m_bt · Σ_d softmax(h^T_bt)_d · log softmax(h^S_bt)_d / Σ_bt m_bt      [nats]
 *
 * At identical states it is the entropy of the teacher's features, not 0.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see He et al., "Distiller: A Systematic Study of Model Distillation Methods in NLP", 2021, §3, arXiv:2109.11105
 */
export function hiddenCe({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertHiddenStates('hiddenCe', { student, teacher, mask });
  return tf.tidy(() => {
    const target = tf.softmax(detach(teacher)); // [B, T, D]
    const perToken = tf.sum(tf.mul(target, tf.logSoftmax(student)), -1); // [B, T]
    return tf.neg(tf.div(tf.sum(tf.mul(perToken, mask)), tf.sum(mask))) as tf.Scalar;
  });
}

export const hiddenCeComponent = defineComponent({
  kind: 'intermediate',
  name: 'hidden-ce',
  summary: "Cross-entropy of hidden states with the teacher's, both read as logits.",
  source: 'He et al. 2021, §3, arXiv:2109.11105',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: true,
    loss: hiddenCe,
  }),
});
