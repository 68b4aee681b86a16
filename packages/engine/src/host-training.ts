import {
  DistillerError,
  type Gradient,
  type GradientResult,
  type Gradients,
  type HostTensors,
  type Optimizer,
  type OptimizerState,
  type Parameter,
  type StepOptions,
  type StepPoint,
  type StepResult,
  type Training,
  type TrainingState,
  type Weights,
} from '@distiller/core';
import { assertSameParameters, copyWeights, mapWeights } from './weights.js';

/** Where the random numbers of a run come from. */
export type Random = StepPoint & { readonly microBatch: number };

export interface Differentiated {
  readonly loss: number;
  readonly outputs: HostTensors;
  /** Of the parameters that the loss depends on. Valid until the next run with the same micro-batch index. */
  readonly gradients: Gradients;
}

/** What an engine adds to a training whose weights live on the host. */
export interface Differentiator {
  /** Loss and gradients at the weights as they are now. */
  differentiate(inputs: HostTensors, random: Random): Promise<Differentiated>;
  /** The weights have changed. */
  weightsChanged?(): void;
  dispose(): Promise<void>;
}

/** What a differentiator is made for. */
export interface HostState {
  /** Changed in place by every step. */
  readonly weights: Weights;
  /** An array that the optimizer handles fastest, for gradients. */
  allocate(length: number): Float32Array;
}

/**
 * A training whose weights and optimizer state live in this process's memory: an engine computes the gradients, the
 * update is one pass over host arrays.
 */
export class HostTraining implements Training {
  readonly #weights: Weights;
  readonly #state: OptimizerState;
  readonly #differentiator: Differentiator;
  #isDisposed = false;

  /**
   * @param engine its name, for messages.
   * @throws DistillerError `unsupported` when there is nothing to train.
   */
  constructor(
    engine: string,
    weights: Weights,
    optimizer: Optimizer,
    open: (state: HostState) => Differentiator,
  ) {
    if (Object.keys(weights).length === 0) {
      throw new DistillerError('unsupported', `training on ${engine}: there are no parameters.`);
    }
    this.#state = optimizer.start(weights);
    const allocate = (length: number) => this.#state.allocate?.(length) ?? new Float32Array(length);
    this.#weights = mapWeights(weights, (parameter) => {
      const data = allocate(parameter.data.length);
      data.set(parameter.data);
      return { ...parameter, data };
    });
    this.#differentiator = open({ weights: this.#weights, allocate });
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  async step(microBatches: readonly HostTensors[], options: StepOptions): Promise<StepResult> {
    if (microBatches.length === 0) {
      throw new DistillerError('bug', `Step ${options.step} was given no micro-batch.`);
    }
    const gradients: Gradients[] = [];
    let loss = 0;
    let outputs: HostTensors = {};
    for (const [microBatch, inputs] of microBatches.entries()) {
      const result = await this.#differentiate(inputs, { ...options, microBatch });
      if (!Number.isFinite(result.loss)) {
        throw numericError(options.step, `the loss is ${result.loss}.`);
      }
      loss += result.loss / microBatches.length;
      outputs = result.outputs;
      gradients.push(result.gradients);
    }
    return { loss, outputs, gradientNorm: this.#update(gradients, options) };
  }

  async gradients(inputs: HostTensors, at: StepPoint): Promise<GradientResult> {
    const result = await this.#differentiate(inputs, { ...at, microBatch: 0 });
    const gradients = mapWeights(this.#weights, (parameter, name) => ({
      ...parameter,
      data: densified(result.gradients[name], parameter),
    }));
    return { ...result, gradients };
  }

  async weights(): Promise<Weights> {
    this.#assertLive();
    return this.#weights;
  }

  async snapshot(): Promise<TrainingState> {
    this.#assertLive();
    return { weights: copyWeights(this.#weights), optimizer: this.#state.snapshot() };
  }

  async restore({ weights, optimizer }: TrainingState): Promise<void> {
    this.#assertLive();
    assertSameParameters('restore', this.#weights, weights);
    this.#state.restore(optimizer);
    for (const [name, { data }] of Object.entries(this.#weights)) {
      data.set((weights[name] as Parameter).data);
    }
    this.#differentiator.weightsChanged?.();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#differentiator.dispose();
  }

  #differentiate(inputs: HostTensors, random: Random): Promise<Differentiated> {
    this.#assertLive();
    return this.#differentiator.differentiate(inputs, random);
  }

  #update(gradients: readonly Gradients[], { step, learningRate }: StepOptions): number {
    try {
      const gradientScale = 1 / gradients.length;
      return this.#state.update(this.#weights, gradients, { learningRate, gradientScale });
    } catch (error) {
      if (!(error instanceof DistillerError) || error.code !== 'numeric') throw error;
      throw numericError(step, error.message, error);
    } finally {
      this.#differentiator.weightsChanged?.();
    }
  }

  #assertLive(): void {
    if (!this.#isDisposed) return;
    throw new DistillerError('bug', 'This training was disposed of; ask the engine for another.');
  }
}

/** A fresh array with the gradient of every element. */
function densified(gradient: Gradient | undefined, { data }: Parameter): Float32Array {
  if (gradient?.kind === 'dense') return gradient.values.slice();
  const dense = new Float32Array(data.length);
  if (!gradient) return dense;
  const { rows, values, width } = gradient;
  for (const [k, row] of rows.entries()) {
    for (let column = 0; column < width; column++) {
      (dense[row * width + column] as number) += values[k * width + column] as number;
    }
  }
  return dense;
}

function numericError(step: number, what: string, cause?: unknown): DistillerError {
  return new DistillerError(
    'numeric',
    `Training diverged at step ${step}: ${what} Nothing was updated. Lower the learning rate, lengthen the warm-up or clip gradients.`,
    { cause },
  );
}
