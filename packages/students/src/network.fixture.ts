import { join } from 'node:path';
import {
  createRng,
  openModel,
  Registry,
  type EncodedInputs,
  type Engine,
  type HostTensors,
  type Program,
  type Texts,
  type Weights,
} from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { studentsPlugin } from './plugin.js';
import { initialNetworkWeights, type Network, type NetworkShape } from './network.js';

/** Texts of different lengths for a tokenizer that is learnt from the tiny task. */
export const TEXTS: readonly Texts[] = [['a small dog runs'], ['the cat'], ['zzz a dog and a cat']];

export const TOKENIZER = { train: { vocabularySize: 100 } };

const registry = new Registry().use(studentsPlugin);

/** Opens a folder as the command does. */
export const open = (...folder: string[]) => openModel(registry, join(...folder));

/** Parameter number k holds 0.4 sin(i + 1 + k) at element i; see tools/golden/networks.py. */
export function formulaWeights<S>(network: Network<S>, shape: NetworkShape<S>): Weights {
  const names = Object.entries(initialNetworkWeights(network, shape, createRng(1)));
  return Object.fromEntries(
    names.map(([name, parameter], k) => [
      name,
      { ...parameter, data: parameter.data.map((_, i) => 0.4 * Math.sin(i + 1 + k)) },
    ]),
  );
}

/** Two texts of 5 and 3 tokens. */
const INPUTS: HostTensors = {
  ids: int32([2, 5, 1, 6, 3, 4, 4, 6, 0, 0]),
  mask: int32([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
  types: int32(Array<number>(10).fill(0)),
};

function int32(values: readonly number[]) {
  return { dtype: 'int32', shape: [2, 5], data: Int32Array.from(values) } as const;
}

/** Mixes each text with the other, by the mask `union` or `first`. */
export function goldenMixup(mask: 'union' | 'first'): HostTensors {
  const scalar = (value: number) =>
    ({ dtype: 'float32', shape: [], data: Float32Array.of(value) }) as const;
  return {
    'mixup/lambda': scalar(0.3),
    'mixup/permutation': { dtype: 'int32', shape: [2], data: Int32Array.of(1, 0) },
    'mixup/union': scalar(mask === 'union' ? 1 : 0),
  };
}

/** Logits [2, C] of the golden inputs; with mixup [4, C], the mixed rows last. */
export async function goldenLogits<S>(
  network: Network<S>,
  shape: NetworkShape<S>,
  mixup: HostTensors = {},
): Promise<number[]> {
  const engine: Engine = await createEagerEngine({ backend: 'cpu' });
  const program: Program = (params, inputs, context) => ({
    outputs: {
      logits: network.forward(shape, params, inputs as EncodedInputs, context).logits,
    },
  });
  const inference = await engine.inference(program, formulaWeights(network, shape));
  const { logits } = await inference.run({ ...INPUTS, ...mixup });
  await inference.dispose();
  return [...(logits?.data ?? [])];
}
