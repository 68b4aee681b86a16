import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  fingerprint,
  type Engine,
  type ModelOutput,
  type Task,
  type TextModel,
  type Weights,
} from '@distiller/core';
import { createEagerEngine, readSafetensors, readWords, writeSafetensors } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { join } from 'node:path';
import { failingChecks } from './failing-checks.js';
import { letters } from './letters.fixture.js';
import { studentChecks, type StudentSubject } from './student-checks.js';

const task = { outputs: 2, labels: ['a', 'b'], kind: 'classification' } as unknown as Task;

const MODEL = {
  architecture: 'sum',
  layers: 1,
  hiddenSize: 2,
  heads: 1,
  vocabularySize: 27,
  maxLength: 10,
  outputs: 2,
  provides: ['logits'],
} as const;

/** A correct model: the mean of its tokens' vectors. */
function forward(params: Readonly<Record<string, tf.Tensor>>, inputs: Inputs): ModelOutput {
  const { words, mask } = readWords(params['table'] as tf.Tensor2D, inputs);
  const sum = tf.sum(tf.mul(words, tf.expandDims(mask, 2)), 1);
  return { logits: tf.div(sum, tf.sum(mask, 1, true)), mask };
}

type Inputs = Parameters<TextModel['forward']>[1];

function modelOf(weights: Weights, changes: Partial<TextModel> = {}): TextModel {
  return {
    description: MODEL,
    weights,
    tokenizer: letters,
    fingerprint: fingerprint('sum', ...Object.values(weights).map(({ data }) => data)),
    forward,
    files: () => ({}),
    save: (folder, other = weights) => writeSafetensors(join(folder, 'model.safetensors'), other),
    ...changes,
  };
}

async function failures(changes: Partial<TextModel> = {}, subject: Partial<StudentSubject> = {}) {
  return failingChecks(studentChecks, {
    student: {
      build: async ({ rng }) => {
        const data = rng.normals(54);
        return modelOf({ table: { dtype: 'float32', shape: [27, 2], data } }, changes);
      },
    },
    request: { task },
    texts: [['abc'], ['zz']],
    engine: await createEagerEngine({ backend: 'cpu' }),
    open: async (folder) => {
      const { tensors } = await readSafetensors(join(folder, 'model.safetensors'));
      return modelOf(tensors as Weights, changes);
    },
    ...subject,
  });
}

const MIXES = 'mixes word vectors when told to, and the same compiled';

describe('studentChecks', () => {
  it('pass a correct student', async () => expect(await failures()).toEqual([]));

  it('find weights that the generator does not decide', async () => {
    let calls = 0;
    const student = {
      build: async () =>
        modelOf({
          table: { dtype: 'float32', shape: [27, 2], data: createRng(calls++).normals(54) },
        }),
    } as const;
    expect(await failures({}, { student })).toContain('gives equal weights for equal generators');
  });

  it('find another number of outputs, and features that are promised only', async () => {
    const name =
      'builds a model with the outputs of the task, and every feature that it says it provides';
    expect(await failures({ description: { ...MODEL, outputs: 3 } })).toContain(name);
    expect(await failures({ description: { ...MODEL, provides: ['logits', 'hidden'] } })).toEqual([
      name,
    ]);
  });

  it('find padding that counts, and neighbours', async () => {
    const withPadding: TextModel['forward'] = (params, inputs) => {
      const { words, mask } = readWords(params['table'] as tf.Tensor2D, inputs);
      return { logits: tf.mean(words, 1), mask };
    };
    expect(await failures({ forward: withPadding })).toEqual([
      'does not heed padding',
      'answers a text alone as it does among others',
    ]);
    const withNeighbours: TextModel['forward'] = (params, inputs) => {
      const output = forward(params, inputs);
      return { ...output, logits: tf.sub(output.logits, tf.mean(output.logits, 0, true)) };
    };
    expect(await failures({ forward: withNeighbours })).toEqual([
      'answers a text alone as it does among others',
    ]);
  });

  it('find parameters that nothing reaches', async () => {
    const cut: TextModel['forward'] = (params, inputs) => {
      const output = forward(params, inputs);
      return { ...output, logits: tf.mul(output.logits, 0) };
    };
    expect(await failures({ forward: cut }, { mixes: false })).toEqual([
      'is reached by the gradient in every parameter',
    ]);
    expect(await failures({ forward: cut }, { mixes: false, unused: ['table'] })).toEqual([]);
  });

  it('find an engine that computes something else', async () => {
    const engine = await createEagerEngine({ backend: 'cpu' });
    const compiled: Engine = {
      ...engine,
      training: (program, weights, optimizer) =>
        engine.training(
          (...call) => ({ ...program(...call), loss: tf.scalar(1) }),
          weights,
          optimizer,
        ),
    };
    expect(await failures({}, { compiled: engine })).toEqual([]);
    expect(await failures({}, { compiled })).toEqual([
      'computes the same compiled, dropout and gradients included',
      MIXES,
    ]);
  });

  it('find a network that knows nothing of mixup, or mixes by another share', async () => {
    const plain: TextModel['forward'] = (params, { ids, mask, types }) =>
      forward(params, { ids, mask, types } as Inputs);
    expect(await failures({ forward: plain })).toEqual([MIXES]);
    expect(await failures({ forward: plain }, { mixes: false })).toEqual([]);
    const always =
      (lambda: number): TextModel['forward'] =>
      (params, inputs) =>
        forward(
          params,
          'mixup/lambda' in inputs ? { ...inputs, 'mixup/lambda': tf.scalar(lambda) } : inputs,
        );
    expect(await failures({ forward: always(1) })).toEqual([MIXES]);
    expect(await failures({ forward: always(0.5) })).toEqual([MIXES]);
  });

  it('find a model that comes back changed', async () => {
    const name = 'is the same when it was saved and opened, with its own weights and with others';
    const save: TextModel['save'] = (folder) =>
      writeSafetensors(join(folder, 'model.safetensors'), {
        table: { dtype: 'float32', shape: [27, 2], data: new Float32Array(54) },
      });
    expect(await failures({ save })).toEqual([name]);
  });
});
