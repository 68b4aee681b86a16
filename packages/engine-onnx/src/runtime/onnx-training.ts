import {
  DistillerError,
  type Gradient,
  type GradientResult,
  type Gradients,
  type HostTensors,
  type Optimizer,
  type OptimizerState,
  type Parameter,
  type Program,
  type StepOptions,
  type StepPoint,
  type StepResult,
  type Training,
  type TrainingState,
  type Weights,
} from '@distiller/core';
import { assertSameParameters, copyWeights } from '@distiller/engine';
import { Tensor } from 'onnxruntime-node';
import { traceGradients } from '../trace/trace.js';
import { CompiledCache } from './compiled-cache.js';
import { Compiled, splitName, type Device, type Random } from './compiled.js';
import { asFeeds, namedOutputs } from './onnx-inference.js';

interface Differentiated {
  readonly loss: number;
  readonly outputs: HostTensors;
  /** Of the parameters that the loss depends on. Valid until the next run with the same micro-batch index. */
  readonly gradients: Gradients;
}

/**
 * A program trained on ONNX Runtime: loss and gradients in one compiled graph, the update on the host. The
 * graph reads the host's weights where they are.
 */
export class OnnxTraining implements Training {
  private readonly host: Weights;
  private readonly state: OptimizerState;
  private readonly feeds: Record<string, Tensor>;
  private readonly cache: CompiledCache;
  /** Dense gradients of each micro-batch, by output name: written in place by every run. */
  private readonly buffers: Record<string, Tensor>[] = [];
  isDisposed = false;

  /** @throws DistillerError `unsupported` when there is nothing to train. */
  constructor(
    device: Device,
    engine: string,
    program: Program,
    weights: Weights,
    optimizer: Optimizer,
  ) {
    if (Object.keys(weights).length === 0) {
      throw new DistillerError('unsupported', `training on ${engine}: there are no parameters.`);
    }
    this.host = copyWeights(weights);
    this.state = optimizer.start(this.host);
    this.feeds = asFeeds(this.host);
    this.cache = new CompiledCache((inputs) =>
      Compiled.from(traceGradients({ engine, program, params: this.host, inputs }), device),
    );
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
      gradients.push(result.gradients);
    }
    return { loss, outputs, gradientNorm: this.update(gradients, options) };
  }

  async gradients(inputs: HostTensors, at: StepPoint): Promise<GradientResult> {
    const result = await this.differentiate(inputs, { ...at, microBatch: 0 });
    const dense = Object.entries(this.host).map(([name, parameter]) => [
      name,
      { ...parameter, data: densified(result.gradients[name], parameter) },
    ]);
    return { ...result, gradients: Object.fromEntries(dense) };
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
      data.set((weights[name] as Parameter).data);
    }
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.cache.release();
  }

  private async differentiate(inputs: HostTensors, random: Random): Promise<Differentiated> {
    this.assertLive();
    const compiled = await this.cache.for(inputs);
    const into = this.buffersFor(compiled, random.microBatch);
    const results = await compiled.run(this.feeds, inputs, random, into);
    const gradients: Record<string, Gradient> = {};
    for (const name of compiled.outputs.keys()) {
      const [kind, parameter] = splitName(name);
      const values = (results[name] as Tensor).data as Float32Array;
      if (kind === 'gradient') gradients[parameter] = { kind: 'dense', values };
      if (kind === 'values') {
        const rows = (results[`rows/${parameter}`] as Tensor).data as Int32Array;
        gradients[parameter] = { kind: 'rows', rows, values, width: values.length / rows.length };
      }
    }
    const { loss, ...outputs } = namedOutputs(results);
    return { loss: loss?.data[0] as number, outputs, gradients };
  }

  private buffersFor(compiled: Compiled, microBatch: number): Record<string, Tensor> {
    const buffers = (this.buffers[microBatch] ??= {});
    for (const [name, { shape }] of compiled.outputs) {
      const [kind, parameter] = splitName(name);
      if (kind !== 'gradient') continue;
      const size = (this.host[parameter] as Parameter).data.length;
      buffers[name] ??= new Tensor('float32', new Float32Array(size), shape);
    }
    return buffers;
  }

  private update(gradients: readonly Gradients[], { step, learningRate }: StepOptions): number {
    try {
      const gradientScale = 1 / gradients.length;
      return this.state.update(this.host, gradients, { learningRate, gradientScale });
    } catch (error) {
      if (!(error instanceof DistillerError) || error.code !== 'numeric') throw error;
      throw numericError(step, error.message, error);
    }
  }

  private assertLive(): void {
    if (!this.isDisposed) return;
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
