import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRng, type EncodedInputs, type ProgramContext, type Weights } from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { transformerConfig } from './config.js';
import { forward } from './forward.js';
import { fromHuggingFace, toHuggingFace } from './hugging-face-config.js';
import { loadModel } from './load.js';
import { createModel } from './model.js';
import { fileName } from './names.js';
import { parameterShapes } from './parameters.js';
import { formulaWeights, tokenizerStub, type Golden } from './tiny-model.fixture.js';

const FAMILIES = ['bert', 'roberta', 'distilbert'] as const;

type MaskedLmGolden = Pick<Golden, 'config' | 'parameters' | 'inputs' | 'logits'> & {
  readonly positions: number[][];
};

const GOLDENS = JSON.parse(
  readFileSync(new URL('../goldens/masked-lm.json', import.meta.url), 'utf8'),
) as Readonly<Record<(typeof FAMILIES)[number], MaskedLmGolden>>;

const INFERENCE: ProgramContext = {
  training: false,
  uniform: (site) => {
    throw new Error(`random numbers at ${site} in inference`);
  },
  within: (_, body) => body(),
};

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

function asTensors(weights: Weights): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

function inputsOf(
  { inputs: { ids, mask, types } }: MaskedLmGolden,
  positions?: number[][],
): EncodedInputs {
  const tensor = (rows: number[][]) => tf.tensor2d(rows, undefined, 'int32');
  return {
    ids: tensor(ids),
    mask: tensor(mask),
    types: tensor(types),
    ...(positions && { positions: tensor(positions) }),
  };
}

describe.each(FAMILIES)('a masked language model of family %s', (family) => {
  const golden = GOLDENS[family];
  const config = fromHuggingFace(golden.config, 'golden');
  const logits = (positions?: number[][]) =>
    tf.tidy(() => {
      const params = asTensors(formulaWeights(config));
      return forward(config, params, inputsOf(golden, positions), INFERENCE).logits.arraySync();
    }) as number[][][];

  it('gives the logits of transformers at the positions that are asked for', () => {
    const ours = logits(golden.positions).flat(2);
    expect(ours).toHaveLength(golden.logits.length);
    const worst = Math.max(...ours.map((value, i) => Math.abs(value - (golden.logits[i] ?? NaN))));
    expect(worst).toBeLessThan(1e-5);
  });

  it('gives the same at all positions when none are asked for', () => {
    const all = logits();
    expect(all.map((row) => row.length)).toEqual([5, 5]);
    expect(golden.positions.map((row, b) => row.map((t) => all[b]?.[t]))).toEqual(
      logits(golden.positions),
    );
  });

  it('has the parameters of transformers, by their names', () => {
    const ours = Object.fromEntries(
      [...parameterShapes(config)].map(([name, shape]) => [fileName(config, name), [...shape]]),
    );
    expect(ours).toEqual(golden.parameters);
  });

  it('has a gradient for every parameter; the word table gets both of its uses', () => {
    const names = [...parameterShapes(config).keys()];
    const weights = asTensors(formulaWeights(config));
    const gradients = tf.grads((...tensors: tf.Tensor[]) => {
      const params = Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
      return tf.sum(
        tf.square(forward(config, params, inputsOf(golden, golden.positions), INFERENCE).logits),
      );
    })(names.map((name) => weights[name] as tf.Tensor));
    const zero = names.filter((_, i) => !((tf.sum(tf.abs(gradients[i] as tf.Tensor)).dataSync()[0] ?? 0) > 1e-4)); // prettier-ignore
    expect(zero).toEqual([0, 1].map((i) => `encoder.layer.${i}.attention.self.key.bias`));
    const words = gradients[names.indexOf('embeddings.word_embeddings.weight')] as tf.Tensor2D;
    // Token 12 is in no text: only the last layer can have reached it.
    expect(words.arraySync()[12]?.some((value) => Math.abs(value) > 1e-4)).toBe(true);
    tf.dispose([weights, gradients]);
  });
});

describe('loading a masked language model', () => {
  const tokenizer = tokenizerStub(11);
  const config = transformerConfig({
    family: 'bert',
    problem: 'masked-lm',
    vocabularySize: 11,
    hiddenSize: 8,
    layers: 1,
    heads: 2,
    intermediateSize: 12,
    maxPositions: 9,
  });
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-masked-lm-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gets back what was saved, with as many outputs as words', async () => {
    const model = createModel(config, tokenizer, createRng(3));
    await model.save(folder);
    const loaded = await loadModel(folder, { tokenizer });
    expect(loaded.weights).toEqual(model.weights);
    expect(loaded.fingerprint).toBe(model.fingerprint);
    expect(loaded.config.problem).toBe('masked-lm');
    expect(loaded.description.outputs).toBe(11);
    const json = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    expect(json.architectures).toEqual(['BertForMaskedLM']);
    expect(json).not.toHaveProperty('problem_type');
  });

  it('takes the word table and bias only once where a file repeats them', async () => {
    await createModel(config, tokenizer, createRng(3)).save(folder);
    const path = join(folder, 'model.safetensors');
    const { tensors } = await readSafetensors(path);
    const again = {
      ...tensors,
      'cls.predictions.decoder.weight': tensors['bert.embeddings.word_embeddings.weight'] as never,
      'cls.predictions.decoder.bias': tensors['cls.predictions.bias'] as never,
    };
    await writeSafetensors(path, again);
    const notices: string[] = [];
    await loadModel(folder, { tokenizer, onNotice: (message) => notices.push(message) });
    expect(notices).toEqual([]);
  });

  it('reads a folder that says nothing of its head as one when asked to', async () => {
    await createModel(config, tokenizer, createRng(3)).save(folder);
    const { architectures: _, ...silent } = toHuggingFace(config);
    await writeFile(join(folder, 'config.json'), JSON.stringify(silent));
    const loaded = await loadModel(folder, { tokenizer, maskedLm: true });
    expect(loaded.config.problem).toBe('masked-lm');
  });

  it('refuses a classifier, a last layer of its own and ELECTRA', async () => {
    const { problem: _, labels: __, ...classifier } = config;
    await createModel(transformerConfig(classifier), tokenizer, createRng(3)).save(folder);
    await expect(loadModel(folder, { tokenizer, maskedLm: true })).rejects.toThrow(
      /has no masked language model's head: it lacks cls\.predictions\.transform\.dense\.weight/,
    );
    const untied = { ...toHuggingFace(config), tie_word_embeddings: false };
    await writeFile(join(folder, 'config.json'), JSON.stringify(untied));
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(
      /tie_word_embeddings is false; only masked language models whose last layer is the word table/,
    );
    expect(() =>
      transformerConfig({ family: 'electra', vocabularySize: 9, problem: 'masked-lm' }),
    ).toThrow(/masked language models of the family "electra"/);
  });
});
