import { DistillerError, type Tensors, type Weights } from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';

/** The tensor behind a name. @throws DistillerError `bug` when a program was not given it. */
export function parameter(params: Tensors, name: string): tf.Tensor {
  const tensor = params[name];
  if (tensor) return tensor;
  throw new DistillerError('bug', `critic: the program was run without parameter "${name}".`);
}

/** Names with `prefix.` before them. */
export function prefixed(prefix: string, weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

/** Those whose names begin with `prefix.`, which is cut off. */
export function below(prefix: string, params: Tensors): Tensors {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, tensor]) =>
      name.startsWith(start) ? [[name.slice(start.length), tensor]] : [],
    ),
  );
}
