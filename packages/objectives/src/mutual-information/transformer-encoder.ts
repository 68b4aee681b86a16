import { DistillerError, type Rng, type Weights } from '@distiller/core';
import { dropout } from '@distiller/engine';
import {
  encode,
  initialWeights,
  transformerConfig,
  type TransformerConfig,
} from '@distiller/transformer';
import * as tf from '@tensorflow/tfjs';
import type { TransformerSettings } from './critic-settings.js';
import { dense, denseWeights } from './dense-layer.js';
import type { Encoder } from './encoder.js';
import { pool } from './pool.js';

/**
 * Encodes all tokens of a text, then pools and maps the row: sinusoids are added to the states, dropout, post-normalised
 * blocks that don't attend to padding, and a linear map.
 *
 * @see Vaswani et al., "Attention Is All You Need", 2017, §3, arXiv:1706.03762
 */
export function transformerEncoder(settings: TransformerSettings): Encoder {
  return {
    parameters: (width, out, rng) => ({
      ...blockWeights(configOf(width, settings), rng),
      ...denseWeights('out', width, out, rng),
    }),
    rows: (states, mask, params, context) =>
      tf.tidy(() => {
        const [texts, length, width] = states.shape;
        const placed = tf.add(states, sinusoids(length, width)) as tf.Tensor3D;
        const dropped = dropout(placed, settings.dropout, 'embeddings', context);
        const rows = tf.reshape(dropped, [texts * length, width]) as tf.Tensor2D;
        const config = configOf(width, settings);
        const { hidden } = encode(config, params, rows, mask, context);
        const encoded = tf.reshape(hidden.at(-1) as tf.Tensor2D, states.shape);
        return dense(params, 'out', pool(encoded as tf.Tensor3D, mask, settings));
      }),
  };
}

/** @throws DistillerError `config` when the heads don't divide the width. */
function configOf(width: number, settings: TransformerSettings): TransformerConfig {
  const { layers, heads, hidden, dropout: rate } = settings;
  if (width % heads !== 0) {
    throw new DistillerError(
      'config',
      `critic.heads is ${heads}, which does not divide the width ${width} of the hidden states. Choose a divisor of the widths of student and teacher, or critic.kind mlp.`,
    );
  }
  return transformerConfig({
    family: 'bert',
    vocabularySize: 1,
    maxPositions: 1,
    typeVocabularySize: 1,
    hiddenSize: width,
    layers,
    heads,
    intermediateSize: hidden,
    activation: 'gelu',
    hiddenDropout: rate,
    attentionDropout: rate,
  });
}

/** The blocks' share of a whole model's weights. */
function blockWeights(config: TransformerConfig, rng: Rng): Weights {
  return Object.fromEntries(
    Object.entries(initialWeights(config, rng)).filter(([name]) => name.startsWith('encoder.')),
  );
}

/**
 * Position encodings [T, D]: sin(t · ω_k) in the first half of the features and cos(t · ω_k) in the second, with
 * ω_k = 10000^(−2k/D).
 */
export function sinusoids(length: number, width: number): tf.Tensor2D {
  return tf.tidy(() => {
    const half = Math.ceil(width / 2);
    const frequencies = tf.exp(tf.mul(tf.range(0, half), (-2 * Math.log(10_000)) / width));
    const angles = tf.mul(tf.reshape(tf.range(0, length), [length, 1]), frequencies); // [T, D/2]
    const both = tf.concat([tf.sin(angles), tf.cos(angles)], 1) as tf.Tensor2D;
    return tf.slice(both, [0, 0], [length, width]);
  });
}
