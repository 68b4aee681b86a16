import { createRng, type HostTensors, type Tensors } from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';
import { reference, type ReferenceArray } from './reference-array.js';

export type ReferenceArrays = Readonly<Record<string, ReferenceArray>>;

/** One op, or a few, as an engine runs it and as float64 loops do. */
export interface OpCase {
  readonly name: string;
  /** What it is differentiated by. */
  readonly params: ReferenceArrays;
  readonly inputs?: HostTensors;
  program(params: Tensors, inputs: Tensors): tf.Tensor;
  reference(params: ReferenceArrays): ReferenceArray;
}

/** Values spread over [low, high), the same each time, exact in float32. */
export function sample(name: string, shape: readonly number[], low = -2, high = 2): ReferenceArray {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const uniforms = createRng(7).derive(name).uniforms(size);
  return reference(
    shape,
    uniforms.map((value) => low + (high - low) * value),
  );
}

/** A named entry that must be there. */
export function named<T>(entries: Readonly<Record<string, T>>, name: string): T {
  const entry = entries[name];
  if (entry === undefined) throw new Error(`The case has no "${name}".`);
  return entry;
}
