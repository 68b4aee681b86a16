import type { HostTensors } from '@distiller/core';
import { drawUniform, type Random } from '@distiller/engine';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { sizeOf, type Outputs, type Shape } from '../graph/graph.js';
import { lower } from '../lower/lower.js';
import { encodeOnnx } from '../lower/onnx-model.js';
import { optimize, optimizeForCpu } from '../passes/optimize.js';
import type { Trace } from '../trace/trace.js';
import { DIALECTS, openSession, type Provider } from './provider.js';
import { toOrt } from './tensors.js';

export interface Device {
  readonly provider: Provider;
  readonly threads: number;
}

type TensorRecord = Record<string, Tensor>;

/** A program for one signature of inputs, ready to run. */
export class Compiled {
  private constructor(
    private readonly session: InferenceSession,
    /** Of the optimized graph. */
    readonly outputs: Outputs,
    private readonly uniforms: Trace['uniforms'],
  ) {}

  static async from(trace: Trace, { provider, threads }: Device): Promise<Compiled> {
    const optimized = optimize(trace.outputs);
    const outputs = provider === 'cpu' ? optimizeForCpu(optimized) : optimized;
    const model = encodeOnnx(lower(outputs, DIALECTS[provider]));
    return new Compiled(await openSession(model, provider, threads), outputs, trace.uniforms);
  }

  /**
   * @param params session inputs by parameter name.
   * @param into arrays to write results into, by output name; the rest is allocated.
   */
  async run(
    params: Readonly<TensorRecord>,
    inputs: HostTensors,
    random?: Random,
    into: Readonly<TensorRecord> = {},
  ): Promise<TensorRecord> {
    const feeds: TensorRecord = {};
    for (const name of this.session.inputNames) {
      const [kind, rest] = splitName(name);
      if (kind === 'param') feeds[name] = params[rest] as Tensor;
      if (kind === 'input') feeds[name] = toOrt(inputs[rest] as HostTensors[string]);
    }
    for (const { site, shape } of random ? this.uniforms : []) {
      const name = `uniform/${site}`;
      if (this.session.inputNames.includes(name)) feeds[name] = draw(random as Random, site, shape);
    }
    const fetches: Record<string, Tensor | null> = {};
    for (const name of this.outputs.keys()) fetches[name] = into[name] ?? null;
    return (await this.session.run(feeds, fetches)) as TensorRecord;
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

function draw(random: Random, site: string, shape: Shape): Tensor {
  const values = drawUniform(random, random.microBatch, site, sizeOf(shape));
  return new Tensor('float32', values, shape);
}

/** `param/encoder/x` → [`param`, `encoder/x`]. */
export function splitName(name: string): [string, string] {
  const slash = name.indexOf('/');
  return slash < 0 ? [name, ''] : [name.slice(0, slash), name.slice(slash + 1)];
}
