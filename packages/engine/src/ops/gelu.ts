import * as tf from '@tensorflow/tfjs';
import { primitive } from './primitive.js';

const ROOT_HALF = Math.SQRT1_2;
/** ln(2/√π): folds the density's factor into its exponent, which saves a pass over the tensor. */
const LOG_TWO_OVER_ROOT_PI = Math.log(2 / Math.sqrt(Math.PI));

/** Kernel `DistillerGelu` ({ x }) → y, same shape. */
function forward(x: tf.Tensor): tf.Tensor {
  return primitive('DistillerGelu', { x }, {}, () => {
    const twiceCdf = tf.add(tf.erf(tf.mul(x, ROOT_HALF)), 1);
    return tf.mul(tf.mul(x, 0.5), twiceCdf);
  });
}

/**
 * Kernel `DistillerGeluGrad` ({ x, dy }) → dx, same shape. With u = x/√2,
 *
 *     dx = dy/2 · (1 + erf u + u · exp(ln(2/√π) − u²))
 */
function backward(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return primitive('DistillerGeluGrad', { x, dy }, {}, () => {
    const u = tf.mul(x, ROOT_HALF);
    const slope = tf.mul(u, tf.exp(tf.sub(LOG_TWO_OVER_ROOT_PI, tf.square(u))));
    const twiceDerivative = tf.add(tf.add(tf.erf(u), 1), slope);
    return tf.mul(tf.mul(dy, 0.5), twiceDerivative);
  });
}

const differentiable = tf.customGrad((x, save) => {
  (save as tf.GradSaveFunc)([x as tf.Tensor]);
  return {
    value: forward(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => backward(saved as tf.Tensor, dy),
  };
});

/**
 * Gaussian error linear unit, the exact form,
 *
 *     gelu(x) = x · Φ(x) = x/2 · (1 + erf(x/√2))
 *
 * @param x float32 [*].
 * @returns float32 [*]; the caller disposes of it.
 * @see Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016, §2, arXiv:1606.08415
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return differentiable(x) as T;
}
