import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** How a text becomes one vector. */
export const poolSetting = z
  .enum(['cls', 'mean'])
  .default('cls')
  .describe("A text's vector: that of its first token, or the mean over its tokens.");

export type Pool = z.output<typeof poolSetting>;

/**
 * One vector a text.
 *
 * @param hidden [B, T, D]. @param mask float32 [B, T], at least one token a text.
 * @returns [B, D]
 */
export function pooled(hidden: tf.Tensor, mask: tf.Tensor2D, pool: Pool): tf.Tensor2D {
  const [texts, , width] = hidden.shape as [number, number, number];
  if (pool === 'cls')
    return tf.reshape(tf.slice(hidden, [0, 0, 0], [texts, 1, width]), [texts, width]);
  const sum = tf.sum(tf.mul(hidden, tf.expandDims(mask, -1)), 1); // [B, D]
  return tf.div(sum, tf.sum(mask, 1, true)) as tf.Tensor2D;
}
