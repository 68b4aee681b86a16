import {
  DistillerError,
  type HostTensor,
  type HostTensors,
  type Inference,
  type Program,
  type Weights,
} from '@distiller/core';
import { assertSameParameters } from '@distiller/engine';
import type { Tensor } from 'onnxruntime-node';
import { traceForward } from '../trace/trace.js';
import { CompiledCache, type GraphLimit } from './compiled-cache.js';
import { Compiled, splitName, type Device } from './compiled.js';
import { fromOrt, toOrt } from './tensors.js';

/** A program compiled for forward passes, one graph per signature of inputs. */
export class OnnxInference implements Inference {
  private readonly cache: CompiledCache;
  private feeds: Record<string, Tensor>;
  isDisposed = false;

  constructor(
    device: Device,
    limit: GraphLimit,
    engine: string,
    program: Program,
    private weights: Weights,
  ) {
    this.feeds = asFeeds(weights);
    this.cache = new CompiledCache(limit, (inputs) =>
      Compiled.from(traceForward({ engine, program, params: this.weights, inputs }), device),
    );
  }

  async run(inputs: HostTensors): Promise<HostTensors> {
    this.assertLive();
    const compiled = await this.cache.for(inputs);
    return namedOutputs(await compiled.run(this.feeds, inputs));
  }

  setWeights(weights: Weights): void {
    this.assertLive();
    assertSameParameters('setWeights', this.weights, weights);
    this.weights = weights;
    this.feeds = asFeeds(weights);
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.cache.release();
  }

  private assertLive(): void {
    if (!this.isDisposed) return;
    throw new DistillerError('bug', 'This inference was disposed of; ask the engine for another.');
  }
}

/** Session inputs over the weights' own arrays. */
export function asFeeds(weights: Weights): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, parameter]) => [name, toOrt(parameter)]),
  );
}

/** What the program returned, under its own names. */
export function namedOutputs(results: Readonly<Record<string, Tensor>>): HostTensors {
  const outputs: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(results)) {
    const [kind, rest] = splitName(name);
    if (kind === 'output') outputs[rest] = fromOrt(tensor);
    if (kind === 'loss') outputs['loss'] = fromOrt(tensor);
  }
  return outputs;
}
