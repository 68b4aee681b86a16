import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createRng, type EncodedInputs, type ProgramContext, type Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { FAMILIES, type Family } from './config.js';
import { forward } from './forward.js';
import { fromHuggingFace, toHuggingFace } from './hugging-face-config.js';
import { loadModel } from './load.js';
import { createModel, modelFromWeights } from './model.js';
import { fileName } from './names.js';
import { parameterShapes } from './parameters.js';
import { formulaWeights, tokenizerStub, type Golden } from './tiny-model.fixture.js';

type Problem = 'token-classification' | 'span';

/** What transformers computes; see tools/golden/transformer_goldens.py. */
const HEADS = JSON.parse(
  readFileSync(new URL('../goldens/heads.json', import.meta.url), 'utf8'),
) as Readonly<Record<Family, Readonly<Record<Problem, Omit<Golden, 'hidden' | 'attentions'>>>>>;

const CASES = FAMILIES.flatMap((family) =>
  (['token-classification', 'span'] as const).map((problem) => [family, problem] as const),
);

const context: ProgramContext = {
  training: false,
  within: <T>(_: string, body: () => T) => body(),
  uniform: () => {
    throw new Error('nothing random is asked for in inference');
  },
} as unknown as ProgramContext;

const tensorsOf = (weights: Weights) =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );

describe.each(CASES)('a %s for %s', (family, problem) => {
  const golden = HEADS[family][problem];
  const config = fromHuggingFace(golden.config, 'golden');

  it('is told by its architecture and has the names of transformers', () => {
    expect(config.problem).toBe(problem);
    const ours = [...parameterShapes(config)].map(([name, shape]) => [
      fileName(config, name),
      shape,
    ]);
    expect(Object.fromEntries(ours)).toEqual(golden.parameters);
    const written = toHuggingFace(config);
    expect(written['architectures']).toEqual(golden.config['architectures']);
    expect(fromHuggingFace(written, 'again')).toEqual(config);
  });

  it('gives the logits of transformers', () => {
    const { ids, mask, types } = golden.inputs;
    const close = tf.tidy(() => {
      const inputs = {
        ids: tf.tensor2d(ids, undefined, 'int32'),
        mask: tf.tensor2d(mask, undefined, 'int32'),
        types: tf.tensor2d(types, undefined, 'int32'),
      } as unknown as EncodedInputs;
      const { logits } = forward(config, tensorsOf(formulaWeights(config)), inputs, context);
      expect(logits.shape).toEqual([2, 5, problem === 'span' ? 2 : 3]);
      return Array.from(logits.dataSync(), (value, i) =>
        Math.abs(value - (golden.logits[i] ?? NaN)),
      );
    });
    expect(Math.max(...close)).toBeLessThan(2e-5);
  });

  it('comes back from its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heads-'));
    try {
      const tokenizer = tokenizerStub(13);
      const model = modelFromWeights(config, tokenizer, formulaWeights(config));
      await model.save(folder);
      const loaded = await loadModel(folder, { tokenizer });
      expect(loaded.description).toMatchObject({
        kind: problem,
        outputs: problem === 'span' ? 2 : 3,
      });
      expect(loaded.weights).toEqual(model.weights);
      const json = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
      expect(json).not.toHaveProperty('problem_type');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

it('draws a new head for another kind of task and keeps the encoder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heads-'));
  try {
    const tokenizer = tokenizerStub(13);
    const config = fromHuggingFace(HEADS.bert['token-classification'].config, 'golden');
    const model = createModel(config, tokenizer, createRng(1));
    await model.save(folder);
    const notices: string[] = [];
    const options = { tokenizer, onNotice: (message: string) => notices.push(message) };
    const head = { labels: [...config.labels], rng: createRng(2) };
    const text = await loadModel(folder, {
      ...options,
      head: { ...head, problem: 'classification' },
    });
    expect(notices.join()).toContain(
      'new random weights for pooler.dense.weight, pooler.dense.bias, classifier.weight',
    );
    const name = 'encoder.layer.0.output.dense.weight';
    expect(text.weights[name]).toEqual(model.weights[name]);
    const same = await loadModel(folder, {
      ...options,
      head: { ...head, problem: 'token-classification' },
    });
    expect(same.weights).toEqual(model.weights);
  } finally {
    await rm(folder, { recursive: true });
  }
});
