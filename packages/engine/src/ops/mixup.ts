import type { EncodedInputs } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { embedding } from './embedding.js';

/** The inputs `mixup/…` of EncodedInputs. */
export interface Mixup {
  /** λ, float32. */
  readonly lambda: tf.Scalar;
  /** π, int32 [B]. */
  readonly permutation: tf.Tensor1D;
  /** u, float32: 1 to mask by the union of both texts, 0 to mask as the first text. */
  readonly union: tf.Scalar;
}

/** Undefined for a plain batch. */
export function mixupOf(inputs: EncodedInputs): Mixup | undefined {
  const lambda = 'mixup/lambda' in inputs ? inputs['mixup/lambda'] : undefined;
  if (!lambda) return undefined;
  return {
    lambda: lambda as tf.Scalar,
    permutation: inputs['mixup/permutation'] as tf.Tensor1D,
    union: inputs['mixup/union'] as tf.Scalar,
  };
}

/**
 * Word vectors E of the plain rows, and below them λ·E + (1 − λ)·E[π]. One look-up for both, so that the table has one
 * gradient to add up.
 *
 * @param table float32 [V, E].
 * @param ids int32 [B, T].
 * @returns [2B, T, E].
 * @see Liang et al., "MixKD: Towards Efficient Distillation of Large-scale Language Models", 2021, §3.2, arXiv:2011.00593
 */
export function mixedWords(
  table: tf.Tensor2D,
  ids: tf.Tensor2D,
  { lambda, permutation }: Mixup,
): tf.Tensor {
  const both = embedding(table, tf.concat([ids, tf.gather(ids, permutation)]));
  const [plain, other] = tf.split(both, 2) as [tf.Tensor, tf.Tensor];
  const mixed = tf.add(tf.mul(plain, lambda), tf.mul(other, tf.sub(1, lambda)));
  return tf.concat([plain, mixed]);
}

/**
 * The mask of the plain rows, and below it max(m, u·m[π]).
 *
 * @param mask float32 [B, T], 1 for a token, 0 for padding.
 * @returns [2B, T].
 */
export function mixedMask(mask: tf.Tensor2D, { permutation, union }: Mixup): tf.Tensor2D {
  const other = tf.mul(tf.gather(mask, permutation), union);
  return tf.concat([mask, tf.maximum(mask, other)]) as tf.Tensor2D;
}

/**
 * What a network begins with: word vectors and mask of a batch, for mixup of the plain rows and below them of the mixed
 * ones. The token of padding has its vector in a mixture like any other.
 *
 * @param table float32 [V, E].
 * @returns words [B, T, E] and mask float32 [B, T], 1 for a token; for mixup both have 2B rows.
 */
export function readWords(
  table: tf.Tensor2D,
  inputs: EncodedInputs,
): { readonly words: tf.Tensor3D; readonly mask: tf.Tensor2D } {
  const mask = tf.cast(inputs.mask, 'float32') as tf.Tensor2D;
  const mixup = mixupOf(inputs);
  if (!mixup) return { words: embedding(table, inputs.ids) as tf.Tensor3D, mask };
  return {
    words: mixedWords(table, inputs.ids, mixup) as tf.Tensor3D,
    mask: mixedMask(mask, mixup),
  };
}
