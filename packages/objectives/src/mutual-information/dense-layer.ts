import type { Rng, Tensors, Weights } from '@distiller/core';
import { linear } from '@distiller/engine';
import type * as tf from '@tensorflow/tfjs';
import { parameter } from './parameter.js';

/**
 * New weights of x Wᵀ + b, all from the uniform distribution on ±1/√in, as PyTorch draws them. With biases of 0 a text that
 * no ReLU lets through would have a vector of zeros, which has no direction.
 */
export function denseWeights(name: string, width: number, out: number, rng: Rng): Weights {
  const bound = 1 / Math.sqrt(width);
  const draw = (kind: string, shape: readonly number[]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = rng.derive(name, kind).uniforms(length);
    return { dtype: 'float32' as const, shape, data: data.map((u) => (2 * u - 1) * bound) };
  };
  return {
    [`${name}.weight`]: draw('weight', [out, width]),
    [`${name}.bias`]: draw('bias', [out]),
  };
}

/** x Wᵀ + b, rows [N, in] to [N, out]. */
export function dense(params: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = parameter(params, `${name}.weight`);
  return linear(x, weight, parameter(params, `${name}.bias`)) as tf.Tensor2D;
}
