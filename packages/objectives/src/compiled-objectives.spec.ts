import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, Registry, type Engine, type HostTensor, type TaskKind } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { agreement } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { objectivesPlugin } from './plugin.js';

const [ROWS, WIDTH, CLASSES] = [5, 4, 3];

const CASES: readonly (readonly [
  TaskKind,
  { readonly use: string; readonly [key: string]: unknown },
])[] = [
  ['classification', { use: 'soft-cross-entropy', temperature: 2, tauSquared: true }],
  ['classification', { use: 'soft-cross-entropy', temperature: { use: 'flsw', gamma: 0.5 } }],
  ['classification', { use: 'soft-cross-entropy', temperature: { use: 'cwsm' } }],
  ['classification', { use: 'kl', temperature: { use: 'linear', from: 4, to: 1 } }],
  ['classification', { use: 'kl', direction: 'reverse' }],
  ['classification', { use: 'kl', direction: 'symmetric' }],
  ['classification', { use: 'jensen-shannon', beta: 0.3 }],
  ['classification', { use: 'total-variation' }],
  ['classification', { use: 'dkd' }],
  ['classification', { use: 'dist', temperature: 2 }],
  ['classification', { use: 'logit-cosine' }],
  ['classification', { use: 'logistic-ranking' }],
  ['classification', { use: 'logit-mse' }],
  ['classification', { use: 'hard-label', labelSmoothing: 0.1 }],
  ['classification', { use: 'soft-label' }],
  ['multi-label', { use: 'sigmoid-kd', temperature: 2 }],
  ['multi-label', { use: 'hard-label' }],
];

describe('objectives', () => {
  let engines: Readonly<Record<'onnx' | 'cpu' | 'wasm', Engine>>;

  beforeAll(async () => {
    engines = {
      onnx: await createOnnxEngine({ threads: 1 }),
      cpu: await createEagerEngine({ backend: 'cpu' }),
      wasm: await createEagerEngine({ backend: 'wasm' }),
    };
  });
  afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

  describe.each(CASES)('%s, %j', (kind, choice) => {
    it.each(['cpu', 'wasm'] as const)('compiled are what they are on tfjs/%s', async (backend) => {
      const step = await stepWith(kind, choice);
      const { worst } = await agreement(engines.onnx, engines[backend], 1e-5, step);
      expect(worst).toBeLessThanOrEqual(1e-5);
    });
  });

  it('are all compared', () => {
    const all = objectivesPlugin.components.filter(({ kind }) => kind === 'objective');
    expect([...new Set(CASES.map(([, { use }]) => use))].sort()).toEqual(
      all.map(({ name }) => name).sort(),
    );
  });
});

/** A training step of a linear classifier under an objective, its last row weighted 0. */
async function stepWith(kind: TaskKind, choice: (typeof CASES)[number][1]) {
  const objective = await new Registry().use(objectivesPlugin).create('objective', choice);
  const { reads } = objective;
  return {
    program: (params: Record<string, tf.Tensor>, inputs: Record<string, tf.Tensor>) => ({
      loss: objective.loss({
        student: tf.matMul(inputs['x'] as tf.Tensor2D, params['weight'] as tf.Tensor2D),
        weights: inputs['weights'] as tf.Tensor1D,
        ...(reads.includes('teacher') ? { teacher: inputs['teacher'] as tf.Tensor2D } : {}),
        ...(reads.includes('labels') ? { labels: inputs['labels'] as tf.Tensor1D } : {}),
        ...(reads.includes('progress') ? { progress: inputs['progress'] as tf.Scalar } : {}),
      }),
      outputs: {},
    }),
    weights: { weight: normals('weight', [WIDTH, CLASSES]) },
    inputs: {
      x: normals('x', [ROWS, WIDTH]),
      weights: floats([ROWS], [1, 2, 0.5, 1, 0]),
      ...(reads.includes('teacher') ? { teacher: normals('teacher', [ROWS, CLASSES]) } : {}),
      ...(reads.includes('labels') ? { labels: labels(kind) } : {}),
      ...(reads.includes('progress') ? { progress: floats([], [0.25]) } : {}),
    },
  };
}

function labels(kind: TaskKind): HostTensor {
  return kind === 'multi-label'
    ? floats([ROWS, CLASSES], [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1])
    : { dtype: 'int32', shape: [ROWS], data: Int32Array.of(2, 0, 1, 0, 2) };
}

function floats(shape: readonly number[], values: readonly number[]) {
  return { dtype: 'float32', shape, data: Float32Array.from(values) } as const;
}

function normals(name: string, shape: readonly number[]) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { dtype: 'float32', shape, data: createRng(3).derive(name).normals(size) } as const;
}
