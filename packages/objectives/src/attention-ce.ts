import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertAttentionMaps, maskKeys, type AttentionMaps } from './attention-maps.js';

const settings = z.strictObject({
  heads: z
    .enum(['each', 'mean'])
    .default('each')
    .describe(
      'Head by head, or the mean of their scores, which may be of different numbers of heads.',
    ),
});

export type AttentionCeOptions = z.output<typeof settings>;

/**
 * Cross-entropy of the student's attention under the teacher's, for a mean head and query,
 *
 *     −Σ_bhq m_bq · Σ_k softmax(A^T_bhq + M_b)_k · log softmax(A^S_bhq + M_b)_k / (H · Σ_bq m_bq)      [nats]
 *
 * A are scores before the softmax and M_b leaves padding keys out. With `mean` the scores of the heads are averaged first.
 * At identical scores it is the entropy of the teacher's attention, not 0.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Yang et al., "TextBrewer: An Open-Source Knowledge Distillation Toolkit for NLP", 2020, §3.2, arXiv:2002.12620
 *   (attention_ce, attention_ce_mean)
 */
export function attentionCe(
  { student, teacher, mask }: AttentionMaps,
  { heads }: AttentionCeOptions,
): tf.Scalar {
  assertAttentionMaps(
    'attentionCe',
    { student, teacher, mask },
    heads === 'each' ? 'equal' : 'any',
  );
  return tf.tidy(() => {
    const side = (x: tf.Tensor) => maskKeys(heads === 'each' ? x : tf.mean(x, 1, true), mask);
    const target = tf.softmax(side(detach(teacher))); // [B, H, T, T]
    const perHead = tf.sum(tf.mul(target, tf.logSoftmax(side(student))), -1); // [B, H, T]
    const perQuery = tf.mean(perHead, 1); // [B, T]
    return tf.neg(tf.div(tf.sum(tf.mul(perQuery, mask)), tf.sum(mask))) as tf.Scalar;
  });
}

export const attentionCeComponent = defineComponent({
  kind: 'intermediate',
  name: 'attention-ce',
  summary: "Cross-entropy of the student's attention with the teacher's.",
  source: 'Yang et al. 2020, §3.2, arXiv:2002.12620',
  settings,
  needs: {},
  create: ({ heads }): IntermediateObjective => ({
    feature: 'attentionScores',
    needsEqualWidth: heads === 'each',
    loss: (input) => attentionCe(input, { heads }),
  }),
});
