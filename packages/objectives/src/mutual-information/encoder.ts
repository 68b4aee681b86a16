import type { ProgramContext, Rng, Tensors, Weights } from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';

/** One side of a separable critic: turns the states of texts into rows. */
export interface Encoder {
  /** @param width D of the states. @param out width of the rows. */
  parameters(width: number, out: number, rng: Rng): Weights;
  /**
   * @param states [B, T, D].
   * @param mask float32 [B, T]; padding is never read.
   * @returns [K, out], K = B or B·P as `pool` says.
   */
  rows(
    states: tf.Tensor3D,
    mask: tf.Tensor2D,
    params: Tensors,
    context: ProgramContext,
  ): tf.Tensor2D;
}
