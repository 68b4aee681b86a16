import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { architectureChecks, studentChecks } from '@distiller/testing';
import { bilstm, bilstmArchitecture, type BilstmOptions } from './bilstm.js';
import { bilstmNetwork } from './bilstm-network.js';
import { goldenLogits, goldenMixup, open, TEXTS, TOKENIZER } from './network.fixture.js';
import { openNetwork } from './network-architecture.js';
import { request, tinyTask } from './tiny-task.fixture.js';

const SIZES = { embeddingSize: 6, hiddenSize: 4, innerSize: 5, maxLength: 20 };

let folder: string;
let engine: Engine;
let compiled: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-bilstm-'));
  engine = await createEagerEngine({ backend: 'cpu' });
  compiled = await createOnnxEngine({ threads: 1 });
});

afterAll(async () => {
  await compiled.dispose();
  await rm(folder, { recursive: true });
});

describe.each(['last', 'max'] as const)('student bilstm that reads the %s states', (pooling) => {
  it.each(studentChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({
      student: bilstm({ ...SIZES, pooling, tokenizer: TOKENIZER }),
      request: { task: tinyTask() },
      texts: TEXTS,
      engine,
      compiled,
      open,
    }),
  );

  it.each(architectureChecks.map((check) => [check.name, check] as const))('%s', async (_, check) =>
    check.run({
      architecture: await bilstmArchitecture.create({}, {}),
      name: 'distiller-bilstm',
      model: () => bilstm({ ...SIZES, pooling, tokenizer: TOKENIZER }).build(request()),
      texts: TEXTS,
      engine,
    }),
  );

  const shape = {
    settings: { embeddingSize: 3, hiddenSize: 2, innerSize: 4, pooling, dropout: 0.1 },
    vocabularySize: 7,
    maxLength: 10,
    outputs: 3,
  };

  it('gives the logits of PyTorch', async () => {
    const logits = await goldenLogits(bilstmNetwork, shape);
    // tools/golden/networks.py
    const expected = {
      last: [0.3471517, 0.3637919, 0.123453, 0.3437487, 0.3652825, 0.1249075],
      max: [0.347614, 0.3560952, 0.1330525, 0.3436619, 0.3615302, 0.1298996],
    }[pooling];
    for (const [i, value] of expected.entries()) expect(logits[i]).toBeCloseTo(value, 5);
  });

  it.each(['union', 'first'] as const)('mixes as PyTorch under the mask %s', async (mask) => {
    const logits = await goldenLogits(bilstmNetwork, shape, goldenMixup(mask));
    // tools/golden/networks.py
    const long = { last: [0.3414319, 0.3700268, 0.121022], max: [0.341633, 0.3672468, 0.1244552] };
    const short = {
      union: { last: [0.3453152, 0.3666274, 0.1215828], max: [0.3444111, 0.3630359, 0.127182] },
      first: { last: [0.3471907, 0.3638553, 0.1233312], max: [0.3486297, 0.3586251, 0.1287296] },
    };
    const expected = [...long[pooling], ...short[mask][pooling]];
    for (const [i, value] of expected.entries()) expect(logits[6 + i]).toBeCloseTo(value, 5);
  });
});

describe('student bilstm', () => {
  const build = (options: BilstmOptions) =>
    bilstm(
      { ...SIZES, tokenizer: TOKENIZER, ...options },
      { resolvePath: (path) => join(folder, path) },
    ).build(request());

  it('draws a new classifier for another task and keeps the rest', async () => {
    const model = await build({});
    const path = join(folder, 'model');
    await model.save(path);
    const notices: string[] = [];
    const other = await openNetwork(bilstmNetwork, path, {
      head: { labels: ['a', 'b'], kind: 'classification', rng: request().rng },
      onNotice: (message) => notices.push(message),
    });
    expect(other.description).toMatchObject({ outputs: 2, labels: ['a', 'b'] });
    expect(other.weights['inner.weight']).toEqual(model.weights['inner.weight']);
    expect(notices.join()).toMatch(/new random weights for the classifier/);
  });

  it('says what is wrong with a folder', async () => {
    const path = join(folder, 'broken');
    await (await build({})).save(path);
    const text = (await build({ hiddenSize: 5 })).files()['config.json'] ?? '';
    await writeFile(join(path, 'config.json'), text);
    await expect(open(path)).rejects.toThrow(
      /model\.safetensors: "lstm\.weight_ih_l0" is float32 \[16, 6\], but config\.json calls for float32 \[20, 6\]/,
    );
    await writeFile(join(path, 'config.json'), text.replace('"last"', '"first"'));
    await expect(open(path)).rejects.toThrow(/config\.json: settings has a problem:\n {2}pooling/);
  });

  it('takes word vectors for the tokens that have one', async () => {
    await writeFile(join(folder, 'vectors.txt'), '2 6\ndog 1 2 3 4 5 6\nother 0 0 0 0 0 0\n');
    const [plain, given] = [await build({}), await build({ vectors: 'vectors.txt' })];
    const row = given.tokenizer.encode(['dog'], 9).ids[1] as number;
    const table = given.weights['embeddings.weight']?.data ?? [];
    expect([...table.slice(row * 6, row * 6 + 6)]).toEqual([1, 2, 3, 4, 5, 6]);
    const before = plain.weights['embeddings.weight']?.data ?? [];
    expect([...table].filter((value, i) => value !== before[i])).toHaveLength(6);
  });

  it('refuses word vectors of another width, or of other tokens', async () => {
    await writeFile(join(folder, 'narrow.txt'), 'cat 1 2 3 4 5 6\ndog 1 2\n');
    await expect(build({ vectors: 'narrow.txt' })).rejects.toThrow(
      /narrow\.txt:2: "dog 1 2" is no word with 6 numbers behind it/,
    );
    await expect(build({ vectors: 'narrow.txt', embeddingSize: 5 })).rejects.toThrow(
      /narrow\.txt: its vectors have 6 numbers; expected 5, the embeddingSize/,
    );
    await writeFile(join(folder, 'foreign.txt'), 'hund 1 2 3 4 5 6\n');
    await expect(build({ vectors: 'foreign.txt' })).rejects.toThrow('has no vector for a token');
    await expect(build({ vectors: 'absent.txt' })).rejects.toThrow(/absent\.txt/);
  });
});
