import { availableParallelism } from 'node:os';
import type { Engine } from '@distiller/core';
import type { HostTraining } from '@distiller/engine';
import { OnnxInference } from './onnx-inference.js';
import { onnxTraining } from './onnx-training.js';
import { assertProvider, type Provider } from './provider.js';

export interface OnnxEngineOptions {
  /** Where ONNX Runtime computes; default `cpu`. */
  readonly provider?: Provider;
  /** Threads of the `cpu` provider; default all cores. */
  readonly threads?: number;
}

/** What must be released with the engine. */
type Bound = OnnxInference | HostTraining;

/**
 * The engine that compiles programs: each is traced once per signature of its inputs, lowered to ONNX and run
 * by ONNX Runtime as a whole. On `cpu` the same inputs give the same bytes.
 *
 * @throws DistillerError `unsupported` when this build of ONNX Runtime lacks the provider or it does not start.
 */
export async function createOnnxEngine({
  provider = 'cpu',
  threads = availableParallelism(),
}: OnnxEngineOptions = {}): Promise<Engine> {
  await assertProvider(provider);
  const device = { provider, threads };
  const name = `onnx/${provider}`;
  const open = new Set<Bound>();
  const keep = <T extends Bound>(bound: T): T => {
    for (const other of open) if (other.isDisposed) open.delete(other);
    open.add(bound);
    return bound;
  };
  return {
    name,
    inference: async (program, weights) => keep(new OnnxInference(device, name, program, weights)),
    training: async (program, weights, optimizer) =>
      keep(onnxTraining(device, name, program, weights, optimizer)),
    dispose: async () => {
      await Promise.all([...open].map((bound) => bound.dispose()));
      open.clear();
    },
  };
}
