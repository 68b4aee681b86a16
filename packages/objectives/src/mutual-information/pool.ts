import * as tf from '@tensorflow/tfjs';
import type { PoolSettings } from './critic-settings.js';

/**
 * The rows that texts give to a contrast: for `cls` the vector of the first token, for `mean` the mean over tokens,
 * [B, D] each; for `tokens` P tokens of each text, [B·P, D], evenly spread: of n tokens those at ⌊(p + ½) · n / P⌋. A text
 * of less than P tokens gives some of them twice. Padding is never read.
 *
 * @param states [B, T, D].
 * @param mask float32 [B, T], 1 for a token, 0 for padding; a token at least in each text.
 */
export function pool(
  states: tf.Tensor3D,
  mask: tf.Tensor2D,
  { pool: kind, tokens }: PoolSettings,
): tf.Tensor2D {
  const [texts, , width] = states.shape;
  return tf.tidy(() => {
    switch (kind) {
      case 'cls':
        return tf.reshape(tf.slice(states, [0, 0, 0], [-1, 1, -1]), [texts, width]);
      case 'mean': {
        const sums = tf.sum(tf.mul(states, tf.expandDims(mask, -1)), 1); // [B, D]
        return tf.div(sums, tf.sum(mask, 1, true)) as tf.Tensor2D;
      }
      case 'tokens':
        return tf.reshape(tf.matMul(spread(mask, tokens), states), [texts * tokens, width]);
    }
  });
}

/** Choice of P tokens of each text, [B, P, T] of 0 and 1. */
function spread(mask: tf.Tensor2D, tokens: number): tf.Tensor3D {
  const counts = tf.expandDims(tf.sum(mask, 1, true), -1); // [B, 1, 1]
  const shares = tf.reshape(tf.div(tf.add(tf.range(0, tokens), 0.5), tokens), [1, tokens, 1]);
  const chosen = tf.floor(tf.mul(counts, shares)); // [B, P, 1], from 0
  const ranks = tf.sub(tf.cumsum(mask, 1), 1); // of a token among the tokens
  const isChosen = tf.cast(tf.equal(tf.expandDims(ranks, 1), chosen), 'float32'); // [B, P, T]
  return tf.mul(isChosen, tf.expandDims(mask, 1)) as tf.Tensor3D;
}
