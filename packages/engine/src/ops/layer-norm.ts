import { DistillerError } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { primitive } from './primitive.js';

/**
 * Kernel `DistillerLayerNorm` ({ x [N, D], gamma [D], beta [D] }, { epsilon }) →
 * [y [N, D], mean [N, 1], inverse [N, 1]], where inverse = 1/√(variance + ε).
 */
function forward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor[] {
  return primitive('DistillerLayerNorm', { x, gamma, beta }, { epsilon }, () => {
    const mean = tf.mean(x, -1, true);
    const centred = tf.sub(x, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return [tf.add(tf.mul(tf.mul(centred, inverse), gamma), beta), mean, inverse];
  });
}

/**
 * Kernel `DistillerLayerNormGrad` ({ x, gamma, mean, inverse, dy }) → [dx [N, D], dgamma [D], dbeta [D]].
 * With c = x − mean, r = inverse and row sums written as products with γ (no pass over [N, D] for them),
 *
 *     dx = r · dy∘γ − r/D · (dy · γ) − c · r³/D · ((dy∘c) · γ)
 *     dγ = rᵀ · (dy∘c)        dβ = Σₙ dy
 */
function backward(
  x: tf.Tensor,
  gamma: tf.Tensor,
  mean: tf.Tensor,
  inverse: tf.Tensor,
  dy: tf.Tensor,
): tf.Tensor[] {
  return primitive('DistillerLayerNormGrad', { x, gamma, mean, inverse, dy }, {}, () => {
    const width = gamma.size;
    const column = tf.reshape(gamma, [width, 1]) as tf.Tensor2D;
    const centred = tf.sub(x, mean); // [N, D]
    const product = tf.mul(dy, centred) as tf.Tensor2D; // [N, D]
    const shift = tf.mul(tf.matMul(dy as tf.Tensor2D, column), tf.div(inverse, width)); // [N, 1]
    const cube = tf.mul(tf.square(inverse), tf.div(inverse, width)); // [N, 1]
    const tilt = tf.mul(tf.matMul(product, column), cube); // [N, 1]
    const direct = tf.sub(tf.mul(tf.mul(dy, gamma), inverse), shift); // [N, D]
    return [
      tf.sub(direct, tf.mul(centred, tilt)),
      tf.reshape(tf.matMul(inverse as tf.Tensor2D, product, true), [width]),
      tf.sum(dy, 0),
    ];
  });
}

function differentiable(epsilon: number): (...inputs: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [x, gamma, beta, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, mean, inverse] = forward(x, gamma, beta, epsilon) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    save([x, gamma, mean, inverse]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(...(saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]), dy),
    };
  });
}

/**
 * Layer normalisation of the last axis,
 *
 *     y = (x − mean) / √(variance + ε) · γ + β,   variance = mean of squares, divisor D
 *
 * @param x float32 [..., D].
 * @param gamma float32 [D]. @param beta float32 [D].
 * @param epsilon > 0; 1e-12 in BERT.
 * @returns float32 [..., D]; the caller disposes of it.
 * @throws DistillerError `shape` when γ or β is not [D].
 * @see Ba, Kiros, Hinton, "Layer Normalization", 2016, §3, arXiv:1607.06450
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): T {
  const width = x.shape.at(-1);
  for (const [name, { shape }] of Object.entries({ gamma, beta })) {
    if (shape.length !== 1 || shape[0] !== width) {
      throw new DistillerError(
        'shape',
        `layerNorm: x is [${x.shape.join(', ')}] but ${name} is [${shape.join(', ')}]; ${name} must be [${width}].`,
      );
    }
  }
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, width as number]);
    return tf.reshape(differentiable(epsilon)(rows, gamma, beta), x.shape) as T;
  });
}
