import type {
  Gradient,
  HostTensors,
  Optimizer,
  Parameter,
  Program,
  Weights,
} from '@distiller/core';
import {
  HostTraining,
  type Differentiated,
  type Differentiator,
  type HostState,
  type Random,
} from '@distiller/engine';
import { Tensor } from 'onnxruntime-node';
import { traceGradients } from '../trace/trace.js';
import { CompiledCache, type GraphLimit } from './compiled-cache.js';
import { Compiled, splitName, type Device } from './compiled.js';
import { asFeeds, namedOutputs } from './onnx-inference.js';

/**
 * A program trained on ONNX Runtime: loss and gradients in one compiled graph, the update on the host. The
 * graph reads the host's weights where they are.
 *
 * @throws DistillerError `unsupported` when there is nothing to train.
 */
export function onnxTraining(
  device: Device,
  limit: GraphLimit,
  engine: string,
  program: Program,
  weights: Weights,
  optimizer: Optimizer,
): HostTraining {
  return new HostTraining(
    engine,
    weights,
    optimizer,
    (state) => new OnnxDifferentiator(device, limit, engine, program, state),
  );
}

class OnnxDifferentiator implements Differentiator {
  readonly #state: HostState;
  readonly #feeds: Record<string, Tensor>;
  readonly #cache: CompiledCache;
  /** Dense gradients of each micro-batch, by output name: written in place by every run. */
  readonly #buffers: Record<string, Tensor>[] = [];

  constructor(
    device: Device,
    limit: GraphLimit,
    engine: string,
    program: Program,
    state: HostState,
  ) {
    this.#state = state;
    this.#feeds = asFeeds(state.weights);
    this.#cache = new CompiledCache(limit, (inputs) =>
      Compiled.from(traceGradients({ engine, program, params: state.weights, inputs }), device),
    );
  }

  async differentiate(inputs: HostTensors, random: Random): Promise<Differentiated> {
    const compiled = await this.#cache.for(inputs);
    const into = this.#buffersFor(compiled, random.microBatch);
    const results = await compiled.run(this.#feeds, inputs, random, into);
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

  async dispose(): Promise<void> {
    await this.#cache.release();
  }

  #buffersFor(compiled: Compiled, microBatch: number): Record<string, Tensor> {
    const buffers = (this.#buffers[microBatch] ??= {});
    for (const [name, { shape }] of compiled.outputs) {
      const [kind, parameter] = splitName(name);
      if (kind !== 'gradient') continue;
      const size = (this.#state.weights[parameter] as Parameter).data.length;
      buffers[name] ??= new Tensor('float32', this.#state.allocate(size), shape);
    }
    return buffers;
  }
}
