import type { HostTensor, Parameter } from '@distiller/core';
import type { ReferenceArray } from './reference-array.js';

/** A parameter with the values of a reference, rounded to float32. */
export function parameter({ shape, data }: ReferenceArray): Parameter {
  return { dtype: 'float32', shape, data: Float32Array.from(data) };
}

/** An int32 array. */
export function integers(shape: readonly number[], values: readonly number[]): HostTensor {
  return { dtype: 'int32', shape, data: Int32Array.from(values) };
}

/** A float32 array. */
export function floats(shape: readonly number[], values: readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}
