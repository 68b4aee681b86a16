import {
  defineComponent,
  DistillerError,
  type IntermediateObjective,
  type Representations,
} from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';

/**
 * Flow of the solution procedure: what a text's states at one layer have to do with those at the next matched layer, as
 * a matrix over features, compared between student and teacher,
 *
 *     G_b = Σ_t m_bt · h′_bt h_btᵀ / n_b  ∈ R^{D×D}      1/(B·D²) · Σ_b ‖G^S_b − G^T_b‖²_F
 *
 * with h′ the layer before, h this one, n_b the tokens of text b.
 *
 * @param states of this pair. @param previous of the pair before.
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Yim et al., "A Gift from Knowledge Distillation", CVPR 2017, §3.2
 */
export function gram(
  { student, teacher, mask }: HiddenStates,
  previous: Representations,
): tf.Scalar {
  assertHiddenStates('gram', { student, teacher, mask });
  assertHiddenStates('gram, the pair before', { ...previous, mask });
  if (previous.student.shape[2] !== student.shape[2]) {
    throw new DistillerError(
      'shape',
      `gram: states are ${student.shape[2]} wide but ${previous.student.shape[2]} at the pair before; they must be of one width.`,
    );
  }
  return tf.tidy(() => {
    const lengths = tf.reshape(tf.sum(mask, 1), [-1, 1, 1]); // [B, 1, 1]
    const matrix = (before: tf.Tensor, now: tf.Tensor) => {
      const tokens = tf.expandDims(mask, -1);
      return tf.div(tf.matMul(tf.mul(before, tokens), tf.mul(now, tokens), true), lengths);
    };
    const target = matrix(detach(previous.teacher), detach(teacher));
    return tf.mean(tf.squaredDifference(matrix(previous.student, student), target)) as tf.Scalar;
  });
}

export const gramComponent = defineComponent({
  kind: 'intermediate',
  name: 'gram',
  summary: 'Squared distance of the Gram matrices between consecutive matched layers (FSP).',
  source: 'Yim et al., CVPR 2017, §3.2',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'hidden',
    needsEqualWidth: true,
    comparesSteps: true,
    loss: (input) => gram(input, input.previous as Representations),
  }),
});
