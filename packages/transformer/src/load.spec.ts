import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRng,
  LAYER_FEATURES,
  type HostTensors,
  type Parameter,
  type Weights,
} from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';
import { FAMILIES, transformerConfig, type TransformerConfigOptions } from './config.js';
import { loadModel } from './load.js';
import { createModel, isTransformerModel, modelFromWeights } from './model.js';
import { tokenizerStub, valuesOf } from './tiny-model.fixture.js';

const TINY = {
  vocabularySize: 11,
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  intermediateSize: 12,
  maxPositions: 9,
};
const tokenizer = tokenizerStub(11);

function tinyModel(options: Partial<TransformerConfigOptions> = {}) {
  const config = transformerConfig({ family: 'bert', ...TINY, ...options });
  return createModel(config, tokenizer, createRng(3));
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-transformer-'));
});
afterEach(() => rm(folder, { recursive: true }));

function vector(...values: number[]): Parameter {
  return { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) };
}

const weightsPath = () => join(folder, 'model.safetensors');

/** Saves a model and then changes its weights file. */
async function saveChanged(change: (tensors: Record<string, HostTensors[string]>) => void) {
  await tinyModel().save(folder);
  const tensors = { ...(await readSafetensors(weightsPath())).tensors };
  change(tensors);
  await writeSafetensors(weightsPath(), tensors);
}

describe.each(FAMILIES)('a saved %s model', (family) => {
  it('loads as the same model', async () => {
    const embeddingSize = family === 'electra' ? 6 : undefined;
    const model = tinyModel({ family, embeddingSize, labels: ['no', 'maybe', 'yes'] });
    await model.save(folder);
    const loaded = await loadModel(folder, { tokenizer });
    expect(loaded.weights).toEqual(model.weights);
    expect(loaded.fingerprint).toBe(model.fingerprint);
    expect(loaded.description).toEqual({
      architecture: family,
      kind: 'classification',
      layers: 2,
      hiddenSize: 8,
      heads: 2,
      vocabularySize: 11,
      maxLength: family === 'roberta' ? 7 : 9,
      outputs: 3,
      labels: ['no', 'maybe', 'yes'],
      provides: ['logits', ...LAYER_FEATURES],
    });
  });
});

describe('loadModel', () => {
  it('reads the tokenizer of the folder', async () => {
    await tinyModel().save(folder);
    await rm(join(folder, 'tokenizer.json'));
    const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b'];
    await writeFile(join(folder, 'vocab.txt'), words.join('\n'));
    const loaded = await loadModel(folder);
    expect(loaded.tokenizer.encode(['a b a'], 8).ids).toEqual([2, 5, 6, 5, 3]);
  });

  it.each([
    ['F16', 2 ** -11],
    ['BF16', 2 ** -8],
  ] as const)('reads %s weights to their precision', async (dtype, precision) => {
    const model = tinyModel();
    await model.save(folder, undefined, { dtype });
    const { weights } = await loadModel(folder, { tokenizer });
    const name = 'encoder.layer.0.attention.self.query.weight';
    const stored = valuesOf(weights, name);
    const errors = valuesOf(model.weights, name).map((value, i) =>
      Math.abs(value - (stored[i] ?? NaN)),
    );
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(Math.max(...errors)).toBeLessThan(0.08 * precision);
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    expect(config.torch_dtype).toBe(dtype === 'F16' ? 'float16' : 'bfloat16');
  });

  it('reads shards through their index', async () => {
    const model = tinyModel();
    await model.save(folder);
    const { tensors } = await readSafetensors(weightsPath());
    await rm(weightsPath());
    const weightMap: Record<string, string> = {};
    for (const [shard, isIn] of [
      ['model-1.safetensors', (name: string) => name.includes('embeddings')],
      ['model-2.safetensors', (name: string) => !name.includes('embeddings')],
    ] as const) {
      const part = Object.entries(tensors).filter(([name]) => isIn(name));
      await writeSafetensors(join(folder, shard), Object.fromEntries(part));
      for (const [name] of part) weightMap[name] = shard;
    }
    const index = JSON.stringify({ metadata: {}, weight_map: weightMap });
    await writeFile(join(folder, 'model.safetensors.index.json'), index);
    expect((await loadModel(folder, { tokenizer })).weights).toEqual(model.weights);
  });

  it('tells which weights it had no use for', async () => {
    await saveChanged((tensors) => {
      tensors['cls.predictions.bias'] = vector(0.5);
    });
    const notices: string[] = [];
    await loadModel(folder, { tokenizer, onNotice: (message) => notices.push(message) });
    expect(notices).toEqual([`${weightsPath()}: not needed: cls.predictions.bias.`]);
  });

  it.each([
    [
      'lacks weights',
      (tensors: Record<string, HostTensors[string]>) => {
        delete tensors['bert.encoder.layer.1.output.dense.bias'];
        delete tensors['bert.embeddings.LayerNorm.weight'];
      },
      'lacks 2 of the weights that config.json calls for: embeddings.LayerNorm.weight, encoder.layer.1.output.dense.bias. Check that config.json belongs to it, or fetch both again.',
    ],
    [
      'has a weight of another shape',
      (tensors: Record<string, HostTensors[string]>) => {
        tensors['bert.encoder.layer.0.output.dense.bias'] = vector(0.5, 0.5);
      },
      '"bert.encoder.layer.0.output.dense.bias" is [2], but config.json calls for [8]. Check that config.json belongs to it.',
    ],
    [
      'has integers for weights',
      (tensors: Record<string, HostTensors[string]>) => {
        tensors['classifier.bias'] = { dtype: 'int32', shape: [2], data: new Int32Array(2) };
      },
      '"classifier.bias" is int32; expected floating-point numbers.',
    ],
    [
      'has weights that are no numbers',
      (tensors: Record<string, HostTensors[string]>) => {
        tensors['classifier.bias'] = vector(0.5, NaN);
      },
      '"classifier.bias" holds NaN at element 1, so the model could compute nothing.',
    ],
    [
      'has no head',
      (tensors: Record<string, HostTensors[string]>) => {
        delete tensors['classifier.weight'];
        delete tensors['classifier.bias'];
      },
      'has no classification head: it lacks classifier.weight, classifier.bias. It is a pre-trained model; fine-tune it for the task first.',
    ],
  ])('refuses a file that %s', async (_, change, message) => {
    await saveChanged(change);
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(message);
  });

  it('refuses a folder without weights, without a configuration, or with a broken one', async () => {
    await tinyModel().save(folder);
    await rename(weightsPath(), join(folder, 'pytorch_model.bin'));
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(
      `${folder} has no weights: pytorch_model.bin is a pickle, which may run code when it is read: convert it to safetensors first.`,
    );
    await rm(join(folder, 'pytorch_model.bin'));
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(
      `${folder} has no weights: expected model.safetensors, or model.safetensors.index.json with its shards.`,
    );
    await writeFile(join(folder, 'config.json'), '{');
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(/config\.json is not JSON: /);
    await rm(join(folder, 'config.json'));
    await expect(loadModel(folder, { tokenizer })).rejects.toThrow(
      `There is no model in ${folder}: it has no config.json. Expected a Hugging Face folder`,
    );
  });

  it('tells a folder that is not there from a file', async () => {
    const missing = join(folder, 'nowhere');
    await expect(loadModel(missing)).rejects.toThrow(
      `There is no model in ${missing}: it does not exist.`,
    );
    await writeFile(missing, '');
    await expect(loadModel(missing)).rejects.toThrow(
      `There is no model in ${missing}: it is a file.`,
    );
  });

  it('refuses a tokenizer with more tokens than the model', async () => {
    await tinyModel().save(folder);
    await expect(loadModel(folder, { tokenizer: tokenizerStub(12) })).rejects.toThrow(
      `${folder}: the tokenizer has 12 tokens but the model's word table only 11 rows. They do not belong together`,
    );
  });
});

describe('loadModel for a task', () => {
  const head = (labels: string[]) => ({
    labels,
    problem: 'classification' as const,
    rng: createRng(8),
  });
  const load = (labels: string[]) => loadModel(folder, { tokenizer, head: head(labels) });

  it('draws a head that the folder does not have', async () => {
    await saveChanged((tensors) => {
      for (const name of ['classifier.weight', 'classifier.bias', 'bert.pooler.dense.weight'])
        delete tensors[name];
    });
    const notices: string[] = [];
    const loaded = await loadModel(folder, {
      tokenizer,
      head: head(['a', 'b', 'c']),
      onNotice: (message) => notices.push(message),
    });
    expect(loaded.description).toMatchObject({ outputs: 3, labels: ['a', 'b', 'c'] });
    expect(notices).toEqual([
      `${folder}: new random weights for pooler.dense.weight, classifier.weight, classifier.bias.`,
    ]);
    expect((await load(['a', 'b', 'c'])).fingerprint).toBe(loaded.fingerprint);
  });

  it.each([
    ['the same names, whatever their case', ['No', 'Yes'], ['no', 'yes'], true],
    ['no names', ['LABEL_0', 'LABEL_1'], ['no', 'yes'], true],
    ['the names in another order', ['yes', 'no'], ['no', 'yes'], false],
    ['another number of classes', ['no', 'yes'], ['no', 'yes', 'maybe'], false],
  ])('meets a head with %s', async (_, stored, wanted, isKept) => {
    const model = tinyModel({ labels: stored });
    await model.save(folder);
    const loaded = await load(wanted);
    const same =
      String(valuesOf(loaded.weights, 'classifier.weight')) ===
      String(valuesOf(model.weights, 'classifier.weight'));
    expect(same).toBe(isKept);
    expect(loaded.description.labels).toEqual(wanted);
    expect(loaded.weights['pooler.dense.weight']).toEqual(model.weights['pooler.dense.weight']);
  });
});

describe('a model', () => {
  it('tells its tokenizer how long a text may be', async () => {
    const model = tinyModel();
    await model.save(folder);
    const text = await readFile(join(folder, 'tokenizer_config.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ model_max_length: model.description.maxLength });
  });

  it('saves other weights when told to, and refuses those of another model before it writes', async () => {
    const model = tinyModel();
    const others: Weights = tinyModel({ labels: ['a', 'b'] }).weights;
    const trained = {
      ...others,
      'classifier.bias': vector(1, 2),
    };
    await model.save(folder, trained);
    const { weights } = await loadModel(folder, { tokenizer });
    expect(weights['classifier.bias']).toEqual(vector(1, 2));
    const before = await readFile(weightsPath());
    await expect(
      model.save(folder, tinyModel({ labels: ['a', 'b', 'c'] }).weights),
    ).rejects.toThrow('transformer: weight "classifier.weight" is [3, 8]; expected [2, 8].');
    expect(await readFile(weightsPath())).toEqual(before);
  });

  it('has a fingerprint that follows weights, arithmetic and tokenizer, and not names of classes', () => {
    const model = tinyModel();
    const { config, weights } = model;
    const changed = {
      ...weights,
      'classifier.bias': vector(0, 1e-9),
    };
    expect(
      modelFromWeights({ ...config, labels: ['a', 'b'] }, tokenizer, weights).fingerprint,
    ).toBe(model.fingerprint);
    for (const other of [
      modelFromWeights(config, tokenizer, changed),
      modelFromWeights({ ...config, heads: 4 }, tokenizer, weights),
      modelFromWeights(config, tokenizerStub(10), weights),
    ]) {
      expect(other.fingerprint).not.toBe(model.fingerprint);
    }
  });

  it('refuses weights that are missing or unknown', () => {
    const { config, weights } = tinyModel();
    const rest = Object.fromEntries(Object.entries(weights).slice(0, -1));
    expect(() => modelFromWeights(config, tokenizer, rest)).toThrow(
      'transformer: weight "classifier.bias" is missing; expected [2].',
    );
    expect(() => modelFromWeights(config, tokenizer, { ...weights, extra: vector(0) })).toThrow(
      'transformer: the model has no weight "extra".',
    );
  });

  it('is told from other text models', () => {
    const model = tinyModel();
    expect(isTransformerModel(model)).toBe(true);
    const { description, weights, tokenizer, fingerprint, forward, files, save } = model;
    const other = { description, weights, tokenizer, fingerprint, forward, files, save };
    expect(isTransformerModel(other)).toBe(false);
  });
});
