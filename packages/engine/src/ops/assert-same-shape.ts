import { DistillerError } from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';

/**
 * Refuses operands of different shapes.
 *
 * @param where who asks, the first word of the message.
 * @param names of the operands, in the order of `tensors`.
 * @throws DistillerError `shape` naming the first operand that differs from operand 0.
 */
export function assertSameShape(
  where: string,
  names: readonly string[],
  ...tensors: readonly { readonly shape: tf.Tensor['shape'] }[]
): void {
  const [first, ...rest] = tensors.map(({ shape }) => `[${shape.join(', ')}]`);
  const other = rest.findIndex((shape) => shape !== first);
  if (other < 0) return;
  throw new DistillerError(
    'shape',
    `${where}: ${names[0]} is ${first} but ${names[other + 1]} is ${rest[other]}; they must have the same shape.`,
  );
}
