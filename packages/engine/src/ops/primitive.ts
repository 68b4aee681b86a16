import * as tf from '@tensorflow/tfjs';

/** Named operands of a kernel. */
export type PrimitiveInputs = Readonly<Record<string, tf.Tensor>>;

/** Constants of a kernel. */
export type PrimitiveAttributes = Readonly<Record<string, number | boolean | string>>;

/**
 * Runs the kernel `name` where the current backend has one, and composes the same result from ordinary ops
 * where it has not. Lets a backend offer a faster form of an op without the op's author knowing.
 *
 * A primitive has no gradient of its own: call it inside `tf.customGrad`.
 *
 * @param name kernel name; ours begin with `Distiller`.
 * @param compose gives as many tensors as the kernel does, with the same shapes and dtypes.
 * @returns what the kernel or `compose` returned; the caller disposes of it.
 */
export function primitive<Result extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: PrimitiveInputs,
  attributes: PrimitiveAttributes,
  compose: () => Result,
): Result {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return compose();
  return tf.engine().runKernel(name, { ...inputs }, { ...attributes }) as Result;
}
