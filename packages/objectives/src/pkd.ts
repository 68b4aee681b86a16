import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertHiddenStates, type HiddenStates } from './hidden-states.js';
import { pooled } from './pooled.js';
import { unitVectors } from './unit-vectors.js';

/**
 * Patient distillation: squared distance of the normalised vectors of the first token,
 *
 *     1/B · Σ_b ‖h^S_b0/‖h^S_b0‖ − h^T_b0/‖h^T_b0‖‖²  =  2/B · Σ_b (1 − cos(h^S_b0, h^T_b0))
 *
 * The paper's weight of it is 10 to 1000.
 *
 * @returns scalar in [0, 4]; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Sun et al., "Patient Knowledge Distillation for BERT Model Compression", 2019, §3.2, eq. 7, arXiv:1908.09355
 */
export function pkd({ student, teacher, mask }: HiddenStates): tf.Scalar {
  assertHiddenStates('pkd', { student, teacher, mask });
  return tf.tidy(() => {
    const first = (hidden: tf.Tensor) => unitVectors(pooled(hidden, mask, 'cls')); // [B, D]
    const squared = tf.squaredDifference(first(student), first(detach(teacher)));
    return tf.mean(tf.sum(squared, -1)) as tf.Scalar;
  });
}

export const pkdComponent = defineComponent({
  kind: 'intermediate',
  name: 'pkd',
  summary: "Squared distance of the first token's normalised vectors.",
  source: 'Sun et al. 2019, §3.2, arXiv:1908.09355',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({ feature: 'hidden', needsEqualWidth: true, loss: pkd }),
});
