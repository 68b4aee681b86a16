import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  DistillerError,
  fingerprint,
  readModelConfig,
  writeFileAtomically,
  type Architecture,
  type TextModel,
  type Weights,
} from '@distiller/core';
import {
  createEagerEngine,
  linear,
  readSafetensors,
  readWords,
  writeSafetensors,
} from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { architectureChecks } from './architecture-checks.js';
import { failingChecks } from './failing-checks.js';
import { letters } from './letters.fixture.js';

/** A correct model: the mean of its tokens' vectors before a classifier. */
function modelOf(labels: readonly string[], weights: Weights): TextModel {
  const files = {
    'config.json': JSON.stringify({ model_type: 'sum', labels }),
  };
  return {
    description: {
      architecture: 'sum',
      layers: 0,
      hiddenSize: 2,
      heads: 1,
      vocabularySize: 27,
      maxLength: 10,
      outputs: labels.length,
      labels,
      provides: ['logits'],
    },
    weights,
    tokenizer: letters,
    fingerprint: fingerprint('sum', weights['table']?.data ?? '', weights['head']?.data ?? ''),
    forward: (params, inputs) => {
      const { words, mask } = readWords(params['table'] as tf.Tensor2D, inputs);
      const mean = tf.div(tf.sum(words, 1), tf.sum(mask, 1, true));
      return { logits: linear(mean, params['head'] as tf.Tensor2D), mask };
    },
    files: () => files,
    async save(folder, other = weights) {
      await writeSafetensors(join(folder, 'model.safetensors'), other);
      for (const [name, text] of Object.entries(files))
        await writeFileAtomically(join(folder, name), text);
    },
  };
}

function normals(seed: number, ...shape: number[]) {
  const size = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'float32', shape, data: createRng(seed).normals(size) } as const;
}

const correct: Architecture = {
  async open(folder, { head, onNotice } = {}) {
    const { labels } = (await readModelConfig(folder)) as unknown as { labels: string[] };
    const { tensors } = await readSafetensors(join(folder, 'model.safetensors'));
    if (!head || String(head.labels) === String(labels)) return modelOf(labels, tensors as Weights);
    onNotice?.('new head');
    const data = head.rng.normals(head.labels.length * 2);
    const drawn = { dtype: 'float32', shape: [head.labels.length, 2], data } as const;
    return modelOf(head.labels, { ...tensors, head: drawn } as Weights);
  },
};

const LABELS = ['no', 'yes'];

const failures = async (
  open: (...call: Parameters<Architecture['open']>) => Promise<TextModel> = correct.open,
  name = 'sum',
) =>
  failingChecks(architectureChecks, {
    architecture: { open },
    name,
    model: async () => modelOf(LABELS, { table: normals(1, 27, 2), head: normals(2, 2, 2) }),
    texts: [['abc'], ['zz']],
    engine: await createEagerEngine({ backend: 'cpu' }),
  });

const OPENS = 'opens what its models save, and they answer as before';
const KEEPS = 'keeps the head where the labels are the same';
const DRAWS = 'draws a head for other labels, which the generator alone decides, and says so';
const REFUSES = 'refuses folders without a model and damaged files, naming them';

/** An architecture that changes what the correct one opens. */
const changed =
  (change: (right: TextModel) => Partial<TextModel>): Architecture['open'] =>
  async (...call) => {
    const right = await correct.open(...call);
    return { ...right, ...change(right) };
  };

describe('architectureChecks', () => {
  it('pass a correct architecture', async () => expect(await failures()).toEqual([]));

  it('find a model that comes back changed', async () => {
    const other = changed(({ description }) => ({ description: { ...description, maxLength: 9 } }));
    expect(await failures(other)).toEqual([OPENS]);
    const louder = changed(({ forward }) => ({
      forward: (...call) => {
        const output = forward(...call);
        return { ...output, logits: tf.mul(output.logits, 2) };
      },
    }));
    expect(await failures(louder)).toEqual([OPENS]);
  });

  it('find another name', async () => {
    expect(await failures(correct.open, 'bag')).toEqual([
      'is called as `model_type` of its folders says',
    ]);
  });

  it('find a head that is always drawn, or never', async () => {
    const always: Architecture['open'] = async (folder, options) => {
      const { description, weights } = await correct.open(folder, options);
      const labels = description.labels as string[];
      const isSame = options?.head && labels.length === LABELS.length;
      return modelOf(labels, isSame ? { ...weights, head: normals(7, 2, 2) } : weights);
    };
    expect(await failures(always)).toEqual([KEEPS]);
    expect(await failures((folder) => correct.open(folder))).toEqual([DRAWS]);
  });

  it('find a head that the generator does not decide, silence, and weights that are lost', async () => {
    let calls = 10;
    const rng = () => createRng(calls++);
    const restless: Architecture['open'] = (folder, options) =>
      correct.open(folder, {
        ...options,
        ...(options?.head && { head: { ...options.head, rng: rng() } }),
      });
    expect(await failures(restless)).toEqual([DRAWS]);
    const silent: Architecture['open'] = (folder, { head } = {}) =>
      correct.open(folder, head && { head });
    expect(await failures(silent)).toEqual([DRAWS]);
    const forgetful: Architecture['open'] = async (folder, options) => {
      const { description, weights } = await correct.open(folder, options);
      const labels = description.labels as string[];
      if (labels.length === 2) return modelOf(labels, weights);
      return modelOf(labels, { ...weights, table: normals(9, 27, 2) });
    };
    expect(await failures(forgetful)).toEqual([DRAWS]);
  });

  it('find files that are written, and errors that say nothing', async () => {
    const untidy: Architecture['open'] = async (folder, options) => {
      const model = await correct.open(folder, options);
      await writeFileAtomically(join(folder, 'opened.txt'), 'x');
      return model;
    };
    expect(await failures(untidy)).toEqual(['leaves the folder as it is']);
    const curt: Architecture['open'] = (folder, options) =>
      correct.open(folder, options).catch(() => {
        throw new DistillerError('input', 'This is no model.');
      });
    expect(await failures(curt)).toEqual([REFUSES]);
    const lenient: Architecture['open'] = (folder, options) =>
      correct
        .open(folder, options)
        .catch(() => modelOf(LABELS, { table: normals(1, 27, 2), head: normals(2, 2, 2) }));
    expect(await failures(lenient)).toEqual([REFUSES]);
  });
});
