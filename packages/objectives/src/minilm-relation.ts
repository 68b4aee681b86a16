import { defineComponent, DistillerError, type IntermediateObjective } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { maskKeys } from './attention-maps.js';
import { relationDivergence } from './relation-divergence.js';

const settings = z.strictObject({
  of: z
    .enum(['queries', 'keys', 'values'])
    .default('values')
    .describe('Whose relations: MiniLM uses values, MiniLMv2 all three.'),
  relationHeads: z
    .int()
    .positive()
    .default(1)
    .describe('Parts into which the vectors of both sides are cut; divides both widths.'),
});

export type MinilmRelationOptions = Pick<z.output<typeof settings>, 'relationHeads'>;

interface TokenVectors {
  /** [B, T, D_S], float32. */
  readonly student: tf.Tensor;
  /** [B, T, D_T]. A constant: no gradient flows to it. */
  readonly teacher: tf.Tensor;
  /** m, float32 [B, T]: 1 for a token, 0 for padding. */
  readonly mask: tf.Tensor2D;
}

/**
 * MiniLM's self-attention relations: how alike a text's vectors (queries, keys or values) are to each other, compared
 * between student and teacher,
 *
 *     R_bh = V_bh V_bhᵀ / √d      Σ_bhq m_bq · KL(softmax(R^T_bhq) ‖ softmax(R^S_bhq)) / (H · Σ_bq m_bq)      [nats]
 *
 * where V_bh is [T, d], the h-th of H parts of the vectors, d = D/H. Neither widths nor attention heads need be
 * equal. Padding keys are left out.
 *
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together or H does not divide a width.
 * @see Wang et al., "MiniLM: Deep Self-Attention Distillation …", 2020, §3.2, arXiv:2002.10957
 * @see Wang et al., "MiniLMv2: Multi-Head Self-Attention Relation Distillation …", 2021, §3, arXiv:2012.15828
 */
export function minilmRelation(
  { student, teacher, mask }: TokenVectors,
  { relationHeads }: MinilmRelationOptions,
): tf.Scalar {
  const [texts, tokens] = mask.shape;
  for (const [name, { shape }] of Object.entries({ student, teacher })) {
    const width = shape[2] ?? 0;
    if (
      shape.length === 3 &&
      shape[0] === texts &&
      shape[1] === tokens &&
      width % relationHeads === 0
    )
      continue;
    throw new DistillerError(
      'shape',
      `minilmRelation: ${name} is [${shape.join(', ')}] and mask [${mask.shape.join(', ')}]; they must be [B, T, D] and [B, T] with D a multiple of relationHeads ${relationHeads}.`,
    );
  }
  return tf.tidy(() => {
    const relations = (x: tf.Tensor) => {
      const size = (x.shape[2] as number) / relationHeads;
      // Padding is multiplied away first, so that nothing in it can reach a product.
      const tokensOnly = tf.mul(x, tf.expandDims(mask, -1));
      const parts = tf.transpose(
        tf.reshape(tokensOnly, [texts, tokens, relationHeads, size]),
        [0, 2, 1, 3],
      );
      const products = tf.matMul(parts, parts, false, true); // [B, H, T, T]
      return maskKeys(tf.mul(products, 1 / Math.sqrt(size)), mask);
    };
    return relationDivergence(relations(student), relations(detach(teacher)), mask);
  });
}

export const minilmRelationComponent = defineComponent({
  kind: 'intermediate',
  name: 'minilm-relation',
  summary: "Divergence of the relations among a text's queries, keys or values.",
  source: 'Wang et al. 2020, §3.2, arXiv:2002.10957; Wang et al. 2021, §3, arXiv:2012.15828',
  settings,
  needs: {},
  create: ({ of, relationHeads }): IntermediateObjective => ({
    feature: of,
    needsEqualWidth: false,
    loss: (input) => minilmRelation(input, { relationHeads }),
  }),
});
