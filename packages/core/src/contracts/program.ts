import type * as tf from '@tensorflow/tfjs';
import type { Tensors } from './tensors.js';

/** What a program may touch besides its parameters and inputs. */
export interface ProgramContext {
  /** True in a training step: dropout is active. */
  readonly training: boolean;

  /**
   * Uniform float32 values in [0, 1), multiples of 2⁻¹⁶ (so that sums of two are exact on every engine).
   * They are a function of (seed, step, site) alone: the same on every engine and after a resume.
   * The values change from step to step although a compiled program is traced only once, so this is
   * the only randomness that a program may use.
   *
   * @param site names this use; asking twice for one site in one program is an error.
   */
  uniform(site: string, shape: readonly number[]): tf.Tensor;

  /**
   * Runs `body` on behalf of a component or a layer, so that errors about an op name their culprit;
   * nested calls add up to a path such as `objective soft-cross-entropy`.
   */
  within<T>(owner: string, body: () => T): T;
}

export interface ProgramResult {
  /** Minimised by training; programs that are only run forward leave it out. */
  readonly loss?: tf.Scalar;
  /** What the caller wants to see. A compiled engine computes nothing that leads nowhere. */
  readonly outputs: Tensors;
}

/**
 * A differentiable program: pure, with shapes that depend on the input shapes alone, and free of host
 * reads (`dataSync` and the like), host randomness and the clock. Written in ordinary tfjs ops, it can be
 * run eagerly on any tfjs backend, or traced once per input signature and compiled.
 */
export type Program = (params: Tensors, inputs: Tensors, context: ProgramContext) => ProgramResult;
