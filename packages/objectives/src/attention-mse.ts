import { defineComponent, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertAttentionMaps, tokenPairs, type AttentionMaps } from './attention-maps.js';

const settings = z.strictObject({
  feature: z
    .enum(['attentions', 'attentionScores'])
    .default('attentionScores')
    .describe('Maps after the softmax, or scores before it, as TinyBERT does.'),
  heads: z
    .enum(['each', 'sum'])
    .default('each')
    .describe('Head by head, or their sums, which may be of different numbers of heads.'),
});

export type AttentionMseOptions = Pick<z.output<typeof settings>, 'heads'>;

/**
 * Mean squared difference of attention over heads and pairs of tokens, n_b being the tokens of text b,
 *
 *     each:  Σ_bhqk m_bq m_bk · (A^S_bhqk − A^T_bhqk)² / (H · Σ_b n_b²)
 *     sum:   Σ_bqk  m_bq m_bk · (Σ_h A^S_bhqk − Σ_h A^T_bhqk)² / Σ_b n_b²
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding", 2020, §3, eq. 7, arXiv:1909.10351
 */
export function attentionMse(
  { student, teacher, mask }: AttentionMaps,
  { heads }: AttentionMseOptions,
): tf.Scalar {
  assertAttentionMaps(
    'attentionMse',
    { student, teacher, mask },
    heads === 'each' ? 'equal' : 'any',
  );
  return tf.tidy(() => {
    const side = (x: tf.Tensor) => (heads === 'each' ? x : tf.sum(x, 1, true));
    const pairs = tokenPairs(mask); // [B, 1, T, T]
    const difference = tf.mul(tf.sub(side(student), side(detach(teacher))), pairs);
    const count = tf.mul(tf.sum(pairs), difference.shape[1] as number);
    return tf.div(tf.sum(tf.square(difference)), count) as tf.Scalar;
  });
}

export const attentionMseComponent = defineComponent({
  kind: 'intermediate',
  name: 'attention-mse',
  summary: "Mean squared distance of attention from the teacher's.",
  source: 'Jiao et al. 2020, §3, arXiv:1909.10351',
  settings,
  needs: {},
  create: ({ feature, heads }): IntermediateObjective => ({
    feature,
    needsEqualWidth: heads === 'each',
    loss: (input) => attentionMse(input, { heads }),
  }),
});
