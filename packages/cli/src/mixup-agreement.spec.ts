import { expect, it } from '@jest/globals';
import { createRng, Registry, type HostTensor, type TokenizerModel } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { matchingPlugin } from '@distiller/matching';
import { objectivesPlugin } from '@distiller/objectives';
import { studentProgram } from '@distiller/pipeline';
import { agreement } from '@distiller/testing';
import { createModel, transformerConfig } from '@distiller/transformer';

const tokenizer: TokenizerModel = {
  fingerprint: 'none',
  vocabularySize: 13,
  padId: 0,
  encode: () => ({ ids: [2, 3], types: [0, 0] }),
  files: () => ({}),
};

const model = createModel(
  transformerConfig({
    family: 'bert',
    vocabularySize: 13,
    hiddenSize: 8,
    layers: 2,
    heads: 2,
    intermediateSize: 12,
    maxPositions: 9,
    initializerRange: 0.5,
    labels: ['no', 'yes', 'maybe'],
  }),
  tokenizer,
  createRng(1),
);

const ints = (shape: number[], ...values: number[]): HostTensor => ({
  dtype: 'int32',
  shape,
  data: Int32Array.from(values),
});
const floats = (shape: number[]): HostTensor => ({
  dtype: 'float32',
  shape,
  data: createRng(2).normals(shape.reduce((a, b) => a * b, 1)),
});
const scalar = (value: number): HostTensor => ({
  dtype: 'float32',
  shape: [],
  data: Float32Array.of(value),
});

it('computes a mixed step compiled as op by op', async () => {
  const registry = new Registry().use(objectivesPlugin).use(matchingPlugin);
  const objective = (use: string) => registry.create('objective', { use });
  const matching = await registry.create('matching', { use: 'skip' });
  const hidden = await registry.create('intermediate', { use: 'hidden-mse' });
  const { program, weights } = studentProgram({
    model,
    kind: 'classification',
    teacher: { ...model.description, hiddenSize: 12 },
    objectives: [
      { name: 'soft', weight: 1, objective: await objective('soft-cross-entropy') },
      { name: 'hard', weight: 0.5, objective: await objective('hard-label') },
    ],
    intermediate: [{ name: 'hidden', weight: 1, reduce: 'sum', matching, objective: hidden }],
    rng: createRng(3),
  });
  const inputs = {
    ids: ints([3, 4], 2, 5, 7, 3, 2, 9, 3, 0, 2, 3, 0, 0),
    mask: ints([3, 4], 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0),
    types: ints([3, 4], 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    labels: ints([3], 0, 2, 1),
    'mixup/labels': ints([3], 1, 0, 2),
    'mixup/permutation': ints([3], 2, 0, 1),
    'mixup/lambda': scalar(0.3),
    'mixup/union': scalar(1),
    'teacher/logits': floats([6, 3]),
    'teacher/hidden/0': floats([6, 4, 12]),
    'teacher/hidden/1': floats([6, 4, 12]),
    'teacher/hidden/2': floats([6, 4, 12]),
  };
  const onnx = await createOnnxEngine({ threads: 1 });
  const eager = await createEagerEngine({ backend: 'cpu' });
  try {
    const { worst } = await agreement(onnx, eager, 1e-5, { program, weights, inputs });
    expect(worst).toBeLessThan(1e-5);
  } finally {
    await onnx.dispose();
    await eager.dispose();
  }
});
