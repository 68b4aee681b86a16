import { DistillerError, type Engine } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { EagerInference } from './eager-inference.js';
import { eagerTraining } from './eager-training.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';
import { registerWasmBackend } from './wasm-backend.js';

export interface EagerEngineOptions {
  /** `cpu`, `wasm`, or any backend that was registered with tfjs, e.g. `tensorflow`. */
  readonly backend: string;
}

/**
 * The engine that runs programs op by op on a tfjs backend. The process's current backend is left as it is
 * (when there is none yet, this one becomes it).
 *
 * @throws DistillerError `unsupported` when tfjs has no such backend or it does not start here.
 */
export async function createEagerEngine({ backend }: EagerEngineOptions): Promise<Engine> {
  tf.enableProdMode(); // else the cpu backend prints an advertisement
  if (backend === 'wasm') await registerWasmBackend();
  await startBackend(backend);
  if (backend === 'cpu' || backend === 'wasm') registerUnsortedSegmentSum(backend);

  return {
    name: `tfjs/${backend}`,
    inference: async (program, weights) => new EagerInference(backend, program, weights),
    training: async (program, weights, optimizer) =>
      eagerTraining(backend, program, weights, optimizer),
    // The backend is the process's; what is ours is disposed of with each inference and training.
    dispose: async () => undefined,
  };
}

async function startBackend(backend: string): Promise<void> {
  const registered = tf.engine().registryFactory;
  if (!(backend in registered)) {
    throw new DistillerError(
      'unsupported',
      `tfjs has no backend "${backend}". Registered: ${Object.keys(registered).join(', ')}, and wasm on demand.`,
    );
  }
  const former = tf.getBackend();
  let cause: unknown;
  const started = await tf.setBackend(backend).catch((error: unknown) => {
    cause = error;
    return false;
  });
  if (former && former !== backend) await tf.setBackend(former);
  if (!started) {
    throw new DistillerError('unsupported', `The tfjs backend "${backend}" does not start here.`, {
      cause,
    });
  }
}
