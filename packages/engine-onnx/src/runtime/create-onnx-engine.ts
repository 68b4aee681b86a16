import { availableParallelism } from 'node:os';
import { DistillerError, type Engine, type Reporter } from '@distiller/core';
import type { HostTraining } from '@distiller/engine';
import { DEFAULT_GRAPHS } from './compiled-cache.js';
import { OnnxInference } from './onnx-inference.js';
import { onnxTraining } from './onnx-training.js';
import { assertProvider, type Provider } from './provider.js';

export interface OnnxEngineOptions {
  /** Where ONNX Runtime computes; default `cpu`. */
  readonly provider?: Provider;
  /** Threads of the `cpu` provider; default all cores. */
  readonly threads?: number;
  /** Compiled graphs that a program keeps, one for every shape of its inputs; default 16. Each takes memory. */
  readonly graphs?: number;
  /** Is warned when there are more shapes than that. */
  readonly reporter?: Pick<Reporter, 'warn'>;
}

/** What must be released with the engine. */
type Bound = OnnxInference | HostTraining;

/**
 * The engine that compiles programs: each is traced once per signature of its inputs, lowered to ONNX and run
 * by ONNX Runtime as a whole. On `cpu` the same inputs give the same bytes.
 *
 * @throws DistillerError `config` for a number of graphs below 1; `unsupported` when this build of ONNX Runtime lacks the provider or it does not start.
 */
export async function createOnnxEngine({
  provider = 'cpu',
  threads = availableParallelism(),
  graphs = DEFAULT_GRAPHS,
  reporter,
}: OnnxEngineOptions = {}): Promise<Engine> {
  if (!(Number.isInteger(graphs) && graphs >= 1))
    throw new DistillerError('config', `graphs is ${graphs}; expected a whole number from 1.`);
  await assertProvider(provider);
  const device = { provider, threads };
  const name = `onnx/${provider}`;
  const limit = {
    graphs,
    onCompiledAgain: () =>
      reporter?.warn(
        `engine: a program's inputs have more shapes than the ${graphs} compiled graphs that are kept, so some are compiled again and again. ` +
          `Give fewer training.lengths, or keep more: \`engine: { use: onnx, graphs: ${2 * graphs} }\` takes more memory.`,
      ),
  };
  const open = new Set<Bound>();
  const keep = <T extends Bound>(bound: T): T => {
    for (const other of open) if (other.isDisposed) open.delete(other);
    open.add(bound);
    return bound;
  };
  return {
    name,
    inference: async (program, weights) =>
      keep(new OnnxInference(device, limit, name, program, weights)),
    training: async (program, weights, optimizer) =>
      keep(onnxTraining(device, limit, name, program, weights, optimizer)),
    dispose: async () => {
      await Promise.all([...open].map((bound) => bound.dispose()));
      open.clear();
    },
  };
}
