import { DistillerError } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/**
 * Affine map of the last axis,
 *
 *     y = x · Wᵀ + b
 *
 * All leading axes are one axis of rows to the product, so that it is a single large GEMM.
 *
 * @param x float32 [..., in].
 * @param weight float32 [out, in], as PyTorch and Hugging Face store it.
 * @param bias float32 [out]; none when left out.
 * @returns float32 [..., out]; the caller disposes of it.
 * @throws DistillerError `shape` when the widths do not fit.
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [out, width] = weight.shape;
  if (weight.rank !== 2 || out === undefined || width === undefined || width !== x.shape.at(-1)) {
    throw new DistillerError(
      'shape',
      `linear: x is [${x.shape.join(', ')}] but weight is [${weight.shape.join(', ')}]; weight must be [out, in] with in = the last axis of x.`,
    );
  }
  if (bias && (bias.rank !== 1 || bias.shape[0] !== out)) {
    throw new DistillerError(
      'shape',
      `linear: bias is [${bias.shape.join(', ')}] but weight is [${weight.shape.join(', ')}]; bias must be [${out}].`,
    );
  }
  return tf.tidy(() => {
    const rows = x.rank === 2 ? x : tf.reshape(x, [-1, width]); // [rows, in]
    const product = tf.matMul(rows, weight, false, true); // [rows, out]
    const shifted = bias ? tf.add(product, bias) : product;
    return x.rank === 2 ? shifted : tf.reshape(shifted, [...x.shape.slice(0, -1), out]);
  });
}
