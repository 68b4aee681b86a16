import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';
import { unitVectors } from './unit-vectors.js';

/**
 * Mean cosine distance of the hidden states over tokens,
 *
 *     Σ_bt m_bt · (1 − cos(h^S_bt, h^T_bt)) / Σ_bt m_bt
 *
 * It sees directions only. The teacher is a constant: no gradient flows to it.
 *
 * @returns scalar in [0, 2]; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Sanh et al., "DistilBERT, a distilled version of BERT", 2019, §3, arXiv:1910.01108
 */
export function hiddenCosine({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertHiddenStates('hiddenCosine', { student, teacher, mask });
  return tf.tidy(() => {
    const cosines = tf.sum(tf.mul(unitVectors(student), unitVectors(detach(teacher))), -1); // [B, T]
    const distances = tf.mul(tf.sub(1, cosines), mask); // [B, T]
    return tf.div(tf.sum(distances), tf.sum(mask)) as tf.Scalar;
  });
}

export const hiddenCosineComponent = defineComponent({
  kind: 'intermediate',
  name: 'hidden-cosine',
  summary: "Mean cosine distance of hidden states from the teacher's.",
  source: 'Sanh et al. 2019, §3, arXiv:1910.01108',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: true,
    loss: hiddenCosine,
  }),
});
