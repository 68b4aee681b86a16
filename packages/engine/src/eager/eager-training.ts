import type { Gradient, HostTensors, Optimizer, Program, Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import {
  HostTraining,
  type Differentiated,
  type Differentiator,
  type Random,
} from '../host-training.js';
import { differentiate } from './evaluate.js';
import { download } from './host-transfer.js';
import { ResidentWeights } from './resident-weights.js';
import { withBackend } from './with-backend.js';

/**
 * A program trained on a tfjs backend. The backend's tensors are copies of the host's weights.
 *
 * @throws DistillerError `unsupported` when there is nothing to train.
 */
export function eagerTraining(
  backend: string,
  program: Program,
  weights: Weights,
  optimizer: Optimizer,
): HostTraining {
  return new HostTraining(
    `tfjs/${backend}`,
    weights,
    optimizer,
    (state) => new EagerDifferentiator(backend, program, new ResidentWeights(state.weights)),
  );
}

class EagerDifferentiator implements Differentiator {
  constructor(
    private readonly backend: string,
    private readonly program: Program,
    private readonly resident: ResidentWeights,
  ) {}

  async differentiate(inputs: HostTensors, random: Random): Promise<Differentiated> {
    const tensors = withBackend(this.backend, () =>
      differentiate(this.program, {
        engine: `tfjs/${this.backend}`,
        params: this.resident.tensors(),
        inputs,
        random,
      }),
    );
    try {
      const [loss, outputs, gradients] = await Promise.all([
        tensors.loss.data(),
        download(tensors.outputs),
        download(tensors.gradients),
      ]);
      const dense = Object.entries(gradients as Weights).map(
        ([name, { data }]): [string, Gradient] => [name, { kind: 'dense', values: data }],
      );
      return { loss: loss[0] as number, outputs, gradients: Object.fromEntries(dense) };
    } finally {
      tf.dispose([tensors.loss, tensors.outputs, tensors.gradients]);
    }
  }

  weightsChanged(): void {
    this.resident.drop();
  }

  async dispose(): Promise<void> {
    this.resident.drop();
  }
}
