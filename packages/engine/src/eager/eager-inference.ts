import {
  DistillerError,
  type HostTensors,
  type Inference,
  type Program,
  type Weights,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { assertSameParameters } from '../weights.js';
import { evaluate } from './evaluate.js';
import { download } from './host-transfer.js';
import { ResidentWeights } from './resident-weights.js';
import { withBackend } from './with-backend.js';

/** A program run forward on a tfjs backend; the weights' tensors stay there between runs. */
export class EagerInference implements Inference {
  private weights: ResidentWeights | undefined;

  constructor(
    private readonly backend: string,
    private readonly program: Program,
    weights: Weights,
  ) {
    this.weights = new ResidentWeights(weights);
  }

  async run(inputs: HostTensors): Promise<HostTensors> {
    const weights = this.live();
    const outputs = withBackend(this.backend, () =>
      evaluate(this.program, {
        engine: `tfjs/${this.backend}`,
        params: weights.tensors(),
        inputs,
      }),
    );
    try {
      return await download(outputs);
    } finally {
      tf.dispose(outputs);
    }
  }

  setWeights(weights: Weights): void {
    const former = this.live();
    assertSameParameters('setWeights', former.host, weights);
    former.drop();
    this.weights = new ResidentWeights(weights);
  }

  async dispose(): Promise<void> {
    this.weights?.drop();
    this.weights = undefined;
  }

  private live(): ResidentWeights {
    if (this.weights) return this.weights;
    throw new DistillerError('bug', 'This inference was disposed of; ask the engine for another.');
  }
}
