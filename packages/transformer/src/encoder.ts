import type { ProgramContext, Tensors } from '@distiller/core';
import { dropout } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { activate } from './activation.js';
import { selfAttention, type AttentionResult, type BatchShape } from './attention.js';
import type { TransformerConfig } from './config.js';
import { dense, normalize } from './layers.js';
import { layerName, layerParameters } from './parameters.js';

/**
 * Added to the scores of padding: e⁻¹⁰⁰⁰⁰ is 0 in every float format, and −10⁴ itself fits into all of them.
 */
const MASKED = -1e4;

export interface EncoderResult {
  /** Outputs of embeddings and blocks, L + 1 times rows [B·T, D]. */
  readonly hidden: readonly tf.Tensor2D[];
  readonly attention: readonly AttentionResult[];
}

/**
 * The blocks of a BERT encoder, post-normalised.
 *
 * @param embedded rows [B·T, D].
 * @param mask float32 [B, T], 1 for a token, 0 for padding.
 * @see Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2018, §3, arXiv:1810.04805
 */
export function encode(
  config: TransformerConfig,
  params: Tensors,
  embedded: tf.Tensor2D,
  mask: tf.Tensor2D,
  context: ProgramContext,
): EncoderResult {
  const [batch, length] = mask.shape;
  const additiveMask = tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [batch, 1, 1, length]);
  const hidden = [embedded];
  const attention: AttentionResult[] = [];
  let rows = embedded;
  for (let index = 0; index < config.layers; index++) {
    const result = context.within(layerName(index), () =>
      block(config, params, index, rows, additiveMask, { batch, length }, context),
    );
    rows = result.rows;
    hidden.push(rows);
    attention.push(result.attention);
  }
  return { hidden, attention };
}

function block(
  config: TransformerConfig,
  params: Tensors,
  index: number,
  rows: tf.Tensor2D,
  additiveMask: tf.Tensor,
  shape: BatchShape,
  context: ProgramContext,
): { rows: tf.Tensor2D; attention: AttentionResult } {
  const [layer, site] = [layerParameters(config, index), layerName(index)];
  const attention = selfAttention(config, params, layer, site, rows, additiveMask, shape, context);
  /** Projects, drops, adds the input of the sub-layer, normalises. */
  const close = (name: string, x: tf.Tensor2D, residual: tf.Tensor2D, isDropped = true) => {
    const projected = dense(params, `${layer}.${name}.dense`, x);
    const dropped = isDropped
      ? dropout(projected, config.hiddenDropout, `${site}.${name}`, context)
      : projected;
    const sum = tf.add(dropped, residual) as tf.Tensor2D;
    return normalize(params, `${layer}.${name}.LayerNorm`, sum, config.layerNormEpsilon);
  };
  const attended = close('attention.output', attention.context, rows);
  const inner = activate(config.activation, dense(params, `${layer}.intermediate.dense`, attended));
  // ALBERT as published drops nothing here.
  return { rows: close('output', inner, attended, config.family !== 'albert'), attention };
}
