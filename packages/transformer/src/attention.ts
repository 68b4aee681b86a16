import type { ProgramContext, Tensors } from '@distiller/core';
import { dropout } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { TransformerConfig } from './config.js';
import { dense } from './layers.js';

/** Shape of the batch that the rows [B·T, D] of a program came from. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
}

export interface AttentionResult {
  /** Mixed values before the output projection, rows [B·T, D]. */
  readonly context: tf.Tensor2D;
  /** q·k/√d, [B, H, T, T]. */
  readonly scores: tf.Tensor4D;
  /** softmax over keys of the masked scores, before dropout. */
  readonly probabilities: tf.Tensor4D;
  /** What was compared and mixed, heads side by side, queries not yet scaled: rows [B·T, D]. */
  readonly queries: tf.Tensor2D;
  readonly keys: tf.Tensor2D;
  readonly values: tf.Tensor2D;
}

/**
 * Multi-head self-attention, softmax(q kᵀ/√d + mask) v with d = D/H.
 *
 * @param layer prefix of the parameters, e.g. `encoder.layer.0`.
 * @param site name of the block, for its random numbers; another than `layer` where blocks share parameters.
 * @param rows [B·T, D].
 * @param additiveMask [B, 1, 1, T], 0 for tokens and very negative for padding.
 * @see Vaswani et al., "Attention Is All You Need", 2017, §3.2, arXiv:1706.03762
 */
export function selfAttention(
  config: TransformerConfig,
  params: Tensors,
  layer: string,
  site: string,
  rows: tf.Tensor2D,
  additiveMask: tf.Tensor,
  { batch, length }: BatchShape,
  context: ProgramContext,
): AttentionResult {
  const { hiddenSize, heads } = config;
  const size = hiddenSize / heads;
  const project = (part: string) => dense(params, `${layer}.attention.self.${part}`, rows);
  const split = (x: tf.Tensor2D, order: number[]) =>
    tf.transpose(tf.reshape(x, [batch, length, heads, size]), order) as tf.Tensor4D;

  // Queries are scaled instead of scores: T values a token are saved, and the sum is the same.
  const [queries, keys, values] = [project('query'), project('key'), project('value')];
  const query = split(tf.mul(queries, 1 / Math.sqrt(size)), [0, 2, 1, 3]); // [B, H, T, d]
  const key = split(keys, [0, 2, 3, 1]); // [B, H, d, T]
  const value = split(values, [0, 2, 1, 3]); // [B, H, T, d]

  const scores = tf.matMul(query, key) as tf.Tensor4D; // [B, H, T, T]
  const probabilities = tf.softmax(tf.add(scores, additiveMask)) as tf.Tensor4D;
  const kept = dropout(probabilities, config.attentionDropout, `${site}.attention.self`, context);
  const mixed = tf.transpose(tf.matMul(kept, value), [0, 2, 1, 3]); // [B, T, H, d]
  return {
    context: tf.reshape(mixed, [batch * length, hiddenSize]),
    scores,
    probabilities,
    queries,
    keys,
    values,
  };
}
