import { DistillerError, type Tensors } from '@distiller/core';
import { layerNorm, linear } from '@distiller/engine';
import type * as tf from '@tensorflow/tfjs';

/** The tensor behind a name. @throws DistillerError `bug` when a program was not given it. */
export function parameter(params: Tensors, name: string): tf.Tensor {
  const tensor = params[name];
  if (!tensor) {
    throw new DistillerError(
      'bug',
      `transformer: the program was run without parameter "${name}".`,
    );
  }
  return tensor;
}

/** x Wᵀ + b, rows [N, in] to [N, out], with the parameters `name.weight` and `name.bias`. */
export function dense(params: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = parameter(params, `${name}.weight`) as tf.Tensor2D;
  return linear(x, weight, parameter(params, `${name}.bias`) as tf.Tensor1D) as tf.Tensor2D;
}

/** Layer normalisation over the last axis, with the parameters `name.weight` and `name.bias`. */
export function normalize(
  params: Tensors,
  name: string,
  x: tf.Tensor2D,
  epsilon: number,
): tf.Tensor2D {
  const gamma = parameter(params, `${name}.weight`) as tf.Tensor1D;
  return layerNorm(
    x,
    gamma,
    parameter(params, `${name}.bias`) as tf.Tensor1D,
    epsilon,
  ) as tf.Tensor2D;
}
