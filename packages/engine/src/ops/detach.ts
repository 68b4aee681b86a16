import * as tf from '@tensorflow/tfjs';

const constant = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy) => tf.zerosLike(dy),
}));

/**
 * The same values, [*], as a constant: its gradient is zero. The caller disposes of the copy.
 *
 * The zeros still run through the ops that made `x`; where one of those has an infinite slope (a square root
 * at 0), detach its operand instead, for 0 · ∞ is not a number.
 */
export function detach<T extends tf.Tensor>(x: T): T {
  return constant(x) as T;
}
