import {
  DistillerError,
  type EncodedInputs,
  type ProgramContext,
  type Tensors,
} from '@distiller/core';
import { dropout, embedding, mixedWords, mixupOf } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { maxLength, positionOffset, projectsEmbeddings, type TransformerConfig } from './config.js';
import { dense, normalize, parameter } from './layers.js';

/**
 * Input of the first block: normalised sum of word, position and segment vectors, projected to D where the
 * embeddings are narrower (ELECTRA, ALBERT). Positions count from the left: pad rows on their right side.
 *
 * @param mask float32 [B, T], 1 for a token, 0 for padding; [2B, T] for mixup.
 * @returns rows [B·T, D], or [2B·T, D] for mixup.
 * @throws DistillerError `shape` when T is longer than the position table allows.
 */
export function embed(
  config: TransformerConfig,
  params: Tensors,
  inputs: EncodedInputs,
  mask: tf.Tensor2D,
  context: ProgramContext,
): tf.Tensor2D {
  const { ids } = inputs;
  const [batch, length] = mask.shape;
  if (length > maxLength(config)) {
    throw new DistillerError(
      'shape',
      `transformer: ids are [${batch}, ${length}], but the model reads at most ${maxLength(config)} tokens. ` +
        'Truncate the texts to its maxLength.',
    );
  }
  const width = config.embeddingSize;
  const table = parameter(params, 'embeddings.word_embeddings.weight') as tf.Tensor2D;
  const mixup = mixupOf(inputs);
  const words = mixup ? mixedWords(table, ids, mixup) : embedding(table, ids); // [B, T, E]
  const types = mixup ? tf.concat([inputs.types, inputs.types]) : inputs.types;
  const positions = positionVectors(config, params, mask); // [T, E] or [B, T, E]
  const sum = addSegments(config, params, tf.add(words, positions), types);
  const rows = tf.reshape(sum, [batch * length, width]) as tf.Tensor2D;
  const normalized = normalize(params, 'embeddings.LayerNorm', rows, config.layerNormEpsilon);
  const dropped = dropout(normalized, config.hiddenDropout, 'embeddings', context) as tf.Tensor2D;
  return projectsEmbeddings(config) ? dense(params, 'embeddings_project', dropped) : dropped;
}

/**
 * The vectors of positions 0 … T−1. A slice, unlike a look-up of counted positions, leaves no constant of length T in a
 * traced program. RoBERTa gives all padding the row of its padding id.
 */
function positionVectors(config: TransformerConfig, params: Tensors, mask: tf.Tensor2D): tf.Tensor {
  const [batch, length] = mask.shape;
  const table = parameter(params, 'embeddings.position_embeddings.weight') as tf.Tensor2D;
  const width = config.embeddingSize;
  const sequence = tf.slice(table, [positionOffset(config), 0], [length, width]); // [T, E]
  if (config.family !== 'roberta') return sequence;
  const isToken = tf.reshape(mask, [batch, length, 1]);
  const padding = tf.slice(table, [config.padId, 0], [1, width]);
  return tf.add(tf.mul(sequence, isToken), tf.mul(padding, tf.sub(1, isToken))); // [B, T, E]
}

/**
 * Adds the segment vectors to x [B, T, E]. The table has one or two rows: a product with the one-hot segments
 * has a small dense gradient, where a look-up would hand back a row per token.
 */
function addSegments(
  config: TransformerConfig,
  params: Tensors,
  x: tf.Tensor,
  types: tf.Tensor2D,
): tf.Tensor {
  const count = config.typeVocabularySize;
  if (count === 0) return x;
  const table = parameter(params, 'embeddings.token_type_embeddings.weight') as tf.Tensor2D; // [S, E]
  if (count === 1) return tf.add(x, table);
  const [batch, length] = types.shape;
  const segment = tf.reshape(types, [batch * length, 1]);
  const choices = tf.tensor2d(
    [Array.from({ length: count }, (_, index) => index)],
    [1, count],
    'int32',
  );
  const oneHot = tf.cast(tf.equal(segment, choices), 'float32') as tf.Tensor2D; // [B·T, S]
  return tf.add(x, tf.reshape(tf.matMul(oneHot, table), x.shape));
}
