import {
  DistillerError,
  type GradientResult,
  type Gradients,
  type HostTensors,
  type Optimizer,
  type OptimizerState,
  type Program,
  type StepOptions,
  type StepPoint,
  type StepResult,
  type Training,
  type TrainingState,
  type Weights,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { assertSameParameters, copyWeights, mapWeights } from '../weights.js';
import { differentiate } from './evaluate.js';
import { download } from './host-transfer.js';
import { ResidentWeights } from './resident-weights.js';
import { withBackend } from './with-backend.js';

/** A program trained on a tfjs backend. Weights and optimizer state live on the host; the tensors are copies. */
export class EagerTraining implements Training {
  private readonly host: Weights;
  private readonly state: OptimizerState;
  private readonly resident: ResidentWeights;
  private disposed = false;

  /** @throws DistillerError `unsupported` when there is nothing to train. */
  constructor(
    private readonly backend: string,
    private readonly program: Program,
    weights: Weights,
    optimizer: Optimizer,
  ) {
    if (Object.keys(weights).length === 0) {
      throw new DistillerError(
        'unsupported',
        `training on tfjs/${backend}: there are no parameters.`,
      );
    }
    this.host = copyWeights(weights);
    this.state = optimizer.start(this.host);
    this.resident = new ResidentWeights(this.host);
  }

  async step(microBatches: readonly HostTensors[], options: StepOptions): Promise<StepResult> {
    if (microBatches.length === 0) {
      throw new DistillerError('bug', `Step ${options.step} was given no micro-batch.`);
    }
    const gradients: Gradients[] = [];
    let loss = 0;
    let outputs: HostTensors = {};
    for (const [microBatch, inputs] of microBatches.entries()) {
      const result = await this.differentiate(inputs, { ...options, microBatch });
      if (!Number.isFinite(result.loss)) {
        throw numericError(options.step, `the loss is ${result.loss}.`);
      }
      loss += result.loss / microBatches.length;
      outputs = result.outputs;
      gradients.push(asGradients(result.gradients));
    }
    const gradientNorm = this.update(gradients, options);
    return { loss, outputs, gradientNorm };
  }

  async gradients(inputs: HostTensors, at: StepPoint): Promise<GradientResult> {
    return this.differentiate(inputs, { ...at, microBatch: 0 });
  }

  async weights(): Promise<Weights> {
    this.assertLive();
    return this.host;
  }

  async snapshot(): Promise<TrainingState> {
    this.assertLive();
    return { weights: copyWeights(this.host), optimizer: this.state.snapshot() };
  }

  async restore({ weights, optimizer }: TrainingState): Promise<void> {
    this.assertLive();
    assertSameParameters('restore', this.host, weights);
    this.state.restore(optimizer);
    for (const [name, { data }] of Object.entries(this.host)) {
      data.set((weights[name] as Weights[string]).data);
    }
    this.resident.drop();
  }

  async dispose(): Promise<void> {
    this.resident.drop();
    this.disposed = true;
  }

  private async differentiate(
    inputs: HostTensors,
    random: StepPoint & { readonly microBatch: number },
  ): Promise<GradientResult> {
    this.assertLive();
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
      return { loss: loss[0] as number, outputs, gradients: this.filledUp(gradients as Weights) };
    } finally {
      tf.dispose([tensors.loss, tensors.outputs, tensors.gradients]);
    }
  }

  /** Zeros for the parameters that the loss does not depend on. */
  private filledUp(gradients: Weights): Weights {
    return mapWeights(
      this.host,
      (parameter, name) =>
        gradients[name] ?? { ...parameter, data: new Float32Array(parameter.data.length) },
    );
  }

  private update(gradients: readonly Gradients[], { step, learningRate }: StepOptions): number {
    try {
      const gradientScale = 1 / gradients.length;
      return this.state.update(this.host, gradients, { learningRate, gradientScale });
    } catch (error) {
      if (!(error instanceof DistillerError) || error.code !== 'numeric') throw error;
      throw numericError(step, error.message, error);
    } finally {
      this.resident.drop();
    }
  }

  private assertLive(): void {
    if (!this.disposed) return;
    throw new DistillerError('bug', 'This training was disposed of; ask the engine for another.');
  }
}

function asGradients(weights: Weights): Gradients {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, { kind: 'dense', values: data }]),
  );
}

function numericError(step: number, what: string, cause?: unknown): DistillerError {
  return new DistillerError(
    'numeric',
    `Training diverged at step ${step}: ${what} Nothing was updated. Lower the learning rate, lengthen the warm-up or clip gradients.`,
    { cause },
  );
}
