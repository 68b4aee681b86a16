import { ok, strictEqual } from 'node:assert';
import * as tf from '@tensorflow/tfjs';
import { DistillerError } from '@distiller/core';
import { finiteDifferences } from './finite-differences.js';

/** An array and its shape, from which a fresh tensor is made for every evaluation. */
export interface Sample {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function tensorOf({ shape, values }: Sample): tf.Tensor {
  return tf.tensor(values, [...shape], 'float32');
}

/** The value of a loss; fails when it is not one float32 scalar. */
export function lossValue(loss: () => tf.Scalar): number {
  return tf.tidy(() => {
    const result = loss();
    strictEqual(result.rank, 0, `the loss has shape [${result.shape}]; it must be a scalar`);
    strictEqual(result.dtype, 'float32', `the loss is ${result.dtype}; it must be float32`);
    return result.dataSync()[0] as number;
  });
}

/** Gradient of a loss by autodiff; zeros where the loss does not depend on x. */
export function gradientOf(loss: (x: tf.Tensor) => tf.Scalar, x: Sample): Float32Array {
  return tf.tidy(() => {
    // tfjs refuses an x that the loss does not reach; the added zero reaches it.
    const reached = (t: tf.Tensor) => tf.add(loss(t), tf.mul(tf.sum(t), 0)) as tf.Scalar;
    return Float32Array.from(
      tf
        .grad((t) => reached(t))(tensorOf(x))
        .dataSync(),
    );
  });
}

/** Fails when autodiff and central differences disagree by more than 2e-3 of the largest entry (or of 1). */
export function assertTrueGradient(
  name: string,
  loss: (x: tf.Tensor) => tf.Scalar,
  x: Sample,
): void {
  const analytic = gradientOf(loss, x);
  const numeric = finiteDifferences(
    (values) => lossValue(() => loss(tensorOf({ shape: x.shape, values }))),
    x.values,
  );
  const tolerance = 2e-3 * Math.max(1, ...numeric.map(Math.abs));
  analytic.forEach((value, i) => {
    const expected = numeric[i] as number;
    ok(
      Math.abs(value - expected) <= tolerance,
      `gradient of ${name}, entry ${i}: autodiff says ${value}, finite differences say ${expected}`,
    );
  });
}

/** Fails when any entry of a gradient is not zero. */
export function assertZeroGradient(
  name: string,
  loss: (x: tf.Tensor) => tf.Scalar,
  x: Sample,
): void {
  gradientOf(loss, x).forEach((value, i) => {
    strictEqual(Math.abs(value), 0, `${name} is a constant, but entry ${i} has gradient ${value}`);
  });
}

export function assertFinite(name: string, values: Iterable<number>): void {
  let index = 0;
  for (const value of values) {
    ok(Number.isFinite(value), `${name}, entry ${index}: ${value} is not finite`);
    index += 1;
  }
}

/** Fails when two values differ by more than 1e-5 of the larger (or of 1): float32 sums in another order. */
export function assertClose(what: string, actual: number, expected: number): void {
  const tolerance = 1e-5 * Math.max(1, Math.abs(expected));
  ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

/** Fails when a loss leaves other tensors alive than its result. */
export function assertNoLeak(loss: () => tf.Scalar): void {
  const before = tf.memory().numTensors;
  const result = loss();
  const kept = tf.memory().numTensors - before - 1;
  result.dispose();
  strictEqual(kept, 0, `the loss keeps ${kept} tensors besides its result; wrap it in tf.tidy`);
}

/** Fails unless the loss throws DistillerError `shape`. */
export function assertRefusesShapes(what: string, loss: () => tf.Scalar): void {
  tf.tidy(() => {
    try {
      loss();
    } catch (error) {
      ok(
        error instanceof DistillerError && error.code === 'shape',
        `${what}: expected a DistillerError with code "shape", got ${String(error)}`,
      );
      return;
    }
    ok(false, `${what} must be refused with a DistillerError of code "shape"`);
  });
}
