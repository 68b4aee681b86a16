import type { Tensors } from '@distiller/core';
import { linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { activate } from './activation.js';
import type { TransformerConfig } from './config.js';
import { dense, normalize, parameter } from './layers.js';

/** Before the names of a masked language model's head. */
export const MASKED_LM = 'cls.predictions';

/**
 * Logits [B, P, V] over the vocabulary at P positions of each text: a hidden layer, activation, layer normalisation, and the
 * word table once more as the last layer, with a bias of its own. What stands elsewhere is never computed.
 *
 * @param last hidden states [B, T, D] of the last block.
 * @param positions int32 [B, P], each in [0, T); all T without it.
 * @see Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2018, §3.1 (masked LM), arXiv:1810.04805
 */
export function predictTokens(
  config: TransformerConfig,
  params: Tensors,
  last: tf.Tensor3D,
  positions?: tf.Tensor2D,
): tf.Tensor3D {
  const [batch, length, width] = last.shape;
  const chosen = positions ? pick(last, positions) : last; // [B, P, D]
  const count = positions?.shape[1] ?? length;
  const rows = tf.reshape(chosen, [batch * count, width]) as tf.Tensor2D;
  // RoBERTa's head was published with GELU whatever the blocks use.
  const activation = config.family === 'roberta' ? 'gelu' : config.activation;
  const inner = activate(activation, dense(params, `${MASKED_LM}.transform.dense`, rows));
  const transformed = normalize(
    params,
    `${MASKED_LM}.transform.LayerNorm`,
    inner,
    config.layerNormEpsilon,
  );
  const words = parameter(params, 'embeddings.word_embeddings.weight');
  const logits = linear(transformed, words, parameter(params, `${MASKED_LM}.bias`));
  return tf.reshape(logits, [batch, count, config.vocabularySize]) as tf.Tensor3D;
}

/**
 * The vectors at some positions, [B, T, D] to [B, P, D]: a product with one-hot rows, which is exact and whose gradient is
 * another product.
 */
function pick(x: tf.Tensor3D, positions: tf.Tensor2D): tf.Tensor {
  const [batch, length] = x.shape;
  const places = tf.reshape(tf.range(0, length, 1, 'int32'), [1, 1, length]);
  const at = tf.reshape(positions, [batch, positions.shape[1], 1]);
  return tf.matMul(tf.cast(tf.equal(at, places), 'float32'), x);
}
