import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, type TextModel } from '@distiller/core';
import { bertTokenizerConfig, tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createModel, openTransformer as open, transformerConfig } from '@distiller/transformer';
import { bert } from './bert.js';
import type { BertOptions } from './bert-settings.js';
import { request, tinyTask } from './tiny-task.fixture.js';

let folder: string;

function student(options: BertOptions) {
  return bert(options, { resolvePath: (path) => join(folder, path) });
}

function values(model: TextModel, name: string): number[] {
  return [...(model.weights[name]?.data ?? [])];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-prune-'));
  const words = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((a) => [`${a}${a}${a}`, `the${a}`]);
  const texts = [...words, 'a small dog runs', 'the cat sleeps and the old'];
  const tokenizer = tokenizerFromJson(
    await trainWordPiece(texts, { vocabularySize: 300 }),
    bertTokenizerConfig({ lowercase: true }),
  );
  const { vocabularySize } = tokenizer;
  const config = transformerConfig({
    family: 'bert',
    vocabularySize,
    layers: 1,
    hiddenSize: 8,
    heads: 2,
    intermediateSize: 8,
    maxPositions: 12,
  });
  await createModel(config, tokenizer, createRng(3)).save(join(folder, 'large'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('student bert with a pruned vocabulary', () => {
  const texts = ['a small dog runs', 'zzz zzz zzz'] as const;

  it('has the tokens of the task, with their vectors', async () => {
    const task = tinyTask();
    const full = await student({ initialise: { folder: 'large' } }).build(request({ task }));
    const component = student({
      initialise: { folder: 'large' },
      vocabulary: { prune: true },
    });
    const model = await component.build(request({ task }));
    const size = model.description.vocabularySize;
    expect(size).toBeLessThan(full.tokenizer.vocabularySize);
    expect(model.tokenizer.vocabularySize).toBe(size);
    const large = await open(join(folder, 'large'));
    for (const text of texts) {
      const [before, after] = [large, model].map(
        ({ tokenizer }) => tokenizer.encode([text], 12).ids,
      ) as [number[], number[]];
      expect(after).toHaveLength(before.length);
      const row = (from: TextModel, id = 0) =>
        values(from, 'embeddings.word_embeddings.weight').slice(id * 8, id * 8 + 8);
      after.forEach((id, i) => expect(row(model, id)).toEqual(row(large, before[i])));
    }
    await model.save(join(folder, 'pruned'));
    expect((await open(join(folder, 'pruned'))).fingerprint).toBe(model.fingerprint);
  });

  it('keeps frequent tokens only where told so', async () => {
    const sizes = [];
    for (const prune of [true, 2, 3] as const) {
      const component = student({ initialise: { folder: 'large' }, vocabulary: { prune } });
      sizes.push((await component.build(request())).description.vocabularySize);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(new Set(sizes).size).toBe(3);
  });
});
