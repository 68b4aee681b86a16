import type { Tensors, Weights } from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';
import { upload } from './host-transfer.js';

/** Weights of the host together with their tensors on a backend, which are made when they are first needed. */
export class ResidentWeights {
  private resident: Record<string, tf.Tensor> | undefined;

  constructor(readonly host: Weights) {}

  /** The tensors, on the current backend. They stay until `drop`. */
  tensors(): Tensors {
    this.resident ??= Object.fromEntries(
      Object.entries(this.host).map(([name, parameter]) => [name, upload(name, parameter)]),
    );
    return this.resident;
  }

  /** Frees the tensors: the host's values have changed, or nobody needs them any more. */
  drop(): void {
    for (const tensor of Object.values(this.resident ?? {})) tensor.dispose();
    this.resident = undefined;
  }
}
