import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertAttentionMaps, maskKeys, type AttentionMaps } from './attention-maps.js';
import { relationDivergence } from './relation-divergence.js';

/**
 * MiniLM's attention transfer: divergence of the student's attention distributions from the teacher's, for a mean
 * head and query,
 *
 *     Σ_bhq m_bq · KL(A^T_bhq ‖ A^S_bhq) / (H · Σ_bq m_bq)      [nats]
 *
 * with the distributions computed from the scores before the softmax, padding keys left out.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Wang et al., "MiniLM: Deep Self-Attention Distillation …", 2020, §3.1, eq. 6, arXiv:2002.10957
 */
export function attentionRelation({ student, teacher, mask }: AttentionMaps): tf.Scalar {
  assertAttentionMaps('attentionRelation', { student, teacher, mask }, 'equal');
  return tf.tidy(() =>
    relationDivergence(maskKeys(student, mask), maskKeys(detach(teacher), mask), mask),
  );
}

export const attentionRelationComponent = defineComponent({
  kind: 'intermediate',
  name: 'attention-relation',
  summary: "Divergence of the student's attention distributions from the teacher's.",
  source: 'Wang et al. 2020, §3.1, arXiv:2002.10957',
  settings: z.strictObject({}),
  needs: {},
  create: (): IntermediateObjective => ({
    feature: 'attentionScores',
    needsEqualWidth: true,
    loss: attentionRelation,
  }),
});
