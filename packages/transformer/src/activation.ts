import * as tf from '@tensorflow/tfjs';
import { gelu } from '@distiller/engine';
import type { ActivationName } from './config.js';

/** The non-linearity of the feed-forward part, x [*] to [*]. */
export function activate<T extends tf.Tensor>(name: ActivationName, x: T): T {
  switch (name) {
    case 'gelu':
    case 'gelu_python':
      return gelu(x) as T;
    case 'gelu_new':
    case 'gelu_fast':
    case 'gelu_pytorch_tanh':
      return geluTanh(x);
    case 'relu':
      return tf.relu(x);
  }
}

/**
 * The tanh form of GELU, x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
 *
 * @see Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, §2, arXiv:1606.08415
 */
function geluTanh<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const cubic = tf.add(tf.mul(tf.square(x), 0.044715), 1);
    const inner = tf.tanh(tf.mul(tf.mul(x, cubic), Math.sqrt(2 / Math.PI)));
    return tf.mul(tf.mul(x, 0.5), tf.add(inner, 1)) as T;
  });
}
