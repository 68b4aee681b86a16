import type { HostTensor, IntermediateObjective, ProgramContext, Tensors } from '@distiller/core';
import { createRng, type Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { CRITIC, type CriticSettings } from './critic-settings.js';

/** Small critics of both kinds. */
export const SMALL_CRITICS: readonly (readonly [string, CriticSettings])[] = [
  ['MLP on the first token', small({ kind: 'mlp', layers: 2, pool: 'cls' })],
  ['MLP on the mean', small({ kind: 'mlp', layers: 3, pool: 'mean' })],
  ['MLP on tokens', small({ kind: 'mlp', layers: 1, pool: 'tokens', tokens: 2 })],
  [
    'Transformer on the first token',
    small({ kind: 'transformer', heads: 2, layers: 1, pool: 'cls' }),
  ],
  ['Transformer on the mean', small({ kind: 'transformer', heads: 2, layers: 1, pool: 'mean' })],
];

/** Few values, so that finite differences of all are fast; warm, so that they are exact. */
export function small(settings: object): CriticSettings {
  return CRITIC.parse({ hidden: 4, out: 3, temperature: 0.5, ...settings });
}

/** Texts of B lengths, [B, T, D] and [B, T, D'], with their mask. */
export function states(lengths: readonly number[], width: number, teacherWidth: number, seed = 1) {
  const rng = createRng(seed);
  const [texts, length] = [lengths.length, Math.max(...lengths)];
  const drawn = (side: string, size: number): HostTensor => ({
    dtype: 'float32',
    shape: [texts, length, size],
    data: rng.derive(side).normals(texts * length * size),
  });
  const mask: HostTensor = {
    dtype: 'float32',
    shape: [texts, length],
    data: Float32Array.from({ length: texts * length }, (_, place) =>
      place % length < (lengths[Math.floor(place / length)] as number) ? 1 : 0,
    ),
  };
  return { student: drawn('student', width), teacher: drawn('teacher', teacherWidth), mask };
}

export function tensorsOf(arrays: Weights | Readonly<Record<string, HostTensor>>): Tensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

/** Outside training. */
export const CONTEXT: ProgramContext = {
  training: false,
  uniform: (site) => {
    throw new Error(`random numbers at "${site}" outside training`);
  },
  within: (_, body) => body(),
};

/** The loss of an objective on states, outside training. */
export function lossOf(
  objective: IntermediateObjective,
  arrays: ReturnType<typeof states>,
  weights: Weights,
): number {
  return tf.tidy(() => {
    const { student, teacher, mask } = tensorsOf(arrays) as Record<string, tf.Tensor>;
    const input = { student, teacher, mask } as Parameters<IntermediateObjective['loss']>[0];
    const loss = objective.loss({ ...input, params: tensorsOf(weights), context: CONTEXT });
    return loss.dataSync()[0] as number;
  });
}
