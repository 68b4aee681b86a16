import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  bind,
  createRng,
  ENGINE,
  Registry,
  RESOLVE_PATH,
  type Engine,
  type HostTensors,
  type TextModel,
} from '@distiller/core';
import { augmenterChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { contextual } from './contextual.js';
import { augmentationPlugin } from './plugin.js';
import { scriptedRng } from './scripted-rng.fixture.js';
import { eagerEngine, TEXTS, tinyMaskedLm } from './tiny-masked-lm.fixture.js';

let model: TextModel;
let engine: Engine;
beforeAll(async () => {
  model = await tinyMaskedLm();
  engine = await eagerEngine();
});

const vocabulary = () =>
  JSON.parse(model.tokenizer.files()['tokenizer.json'] as string).model.vocab as Record<
    string,
    number
  >;
const idOf = (word: string) => vocabulary()[word] as number;

/** An engine that answers every mask with scores for a few words, and notes what it was shown. */
function prophet(answers: Readonly<Record<string, number>>) {
  const shown: string[] = [];
  const names = Object.fromEntries(Object.entries(vocabulary()).map(([word, id]) => [id, word]));
  const width = model.description.vocabularySize;
  const run = async ({ ids, mask, positions }: HostTensors) => {
    const [rows = 0, length = 0] = ids?.shape ?? [];
    const logits = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (const [word, score] of Object.entries(answers)) logits[row * width + idOf(word)] = score;
    }
    const used = mask?.data.subarray(0, length).filter((bit) => bit === 1).length ?? 0;
    const words = Array.from(ids?.data.subarray(0, used) ?? [], (id) => names[id]);
    shown.push(`${words.join(' ')} @${positions?.data[0]}`);
    return { logits: { dtype: 'float32' as const, shape: [rows, 1, width], data: logits } };
  };
  const fake = {
    name: 'prophet',
    inference: async () => ({ run, dispose: async () => undefined }),
  };
  return { engine: fake as unknown as Engine, shown };
}

describe('contextual', () => {
  describe('with random weights', () => {
    it.each(augmenterChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run({
        augmenter: () => contextual(model, engine, { batchSize: 8, max: 3 }),
        texts: TEXTS,
      }),
    );
  });

  it('replaces words from right to left and shows the model what it chose', async () => {
    // Certain answers: "big" (50) beats "money" (40) by e^10.
    const { engine: fake, shown } = prophet({ big: 50, money: 40 });
    const augmenter = contextual(model, fake, { p: 0.5, topK: 2, batchSize: 1 });
    const out = await augmenter.augment(
      ['the movie was big'],
      [scriptedRng({ permutation: [0, 3], uniform: [0.5, 0.5] })],
    );
    // Word 3 first: "big" itself is no candidate. Then word 0.
    expect(out).toEqual(['big movie was money']);
    expect(shown).toEqual([
      '[CLS] the movie was [MASK] [SEP] @4',
      '[CLS] [MASK] movie was money [SEP] @1',
    ]);
  });

  it('masks a word of several pieces once, keeps punctuation and repairs the case', async () => {
    const { engine: fake, shown } = prophet({ big: 50, '##s': 90, '[SEP]': 80, '.': 70 });
    const augmenter = contextual(model, fake, { batchSize: 1 });
    const out = await augmenter.augment(
      ['Wastelands (old)!'],
      [scriptedRng({ permutation: [0], uniform: [0.5] })],
    );
    expect(model.tokenizer.encode(['Wastelands'], 40).ids.length).toBeGreaterThan(3);
    expect(out).toEqual(['Big (old)!']);
    expect(shown).toEqual([
      // The tiny vocabulary knows neither brackets nor a mark of exclamation.
      expect.stringMatching(/^\[CLS\] \[MASK\] \S+ old \S+ \S+ \[SEP\] @1$/),
    ]);
  });

  it('reads a long text up to the limit of the model and leaves the rest', async () => {
    const text = Array.from({ length: 60 }, () => 'big').join(' ');
    const augmenter = contextual(model, engine, { p: 1, max: 100 });
    const [out = ''] = await augmenter.augment([text], [createRng(1)]);
    const words = out.split(' ');
    expect(words).toHaveLength(60);
    expect(words.slice(0, 38).every((word) => word !== 'big')).toBe(true); // 40 less [CLS] and [SEP]
    expect(words.slice(38).every((word) => word === 'big')).toBe(true);
    await augmenter.dispose?.();
  });

  it('keeps no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const augmenter = contextual(model, engine);
    await augmenter.augment(
      TEXTS,
      TEXTS.map((_, i) => createRng(i)),
    );
    await augmenter.dispose?.();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('opens the folder of a recipe, and refuses one without the head', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'distiller-augmentation-'));
    try {
      await model.save(folder);
      const registry = new Registry().use(augmentationPlugin);
      const services = [bind(ENGINE, engine), bind(RESOLVE_PATH, () => folder)];
      const made = await registry.create('augmenter', { use: 'contextual', model: 'm' }, services);
      const direct = contextual(model, engine);
      const streams = () => TEXTS.map((_, i) => createRng(i));
      expect(await made.augment(TEXTS, streams())).toEqual(await direct.augment(TEXTS, streams()));
      await made.dispose?.();
      await direct.dispose?.();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a tokenizer that is not BERT’s', () => {
    const other = { ...model, tokenizer: { ...model.tokenizer, files: () => ({}), encode: () => ({ ids: [1, 2], types: [] }) } }; // prettier-ignore
    expect(() => contextual(other as TextModel, engine)).toThrow(
      /its tokenizer has no WordPiece vocabulary with \[MASK\]/,
    );
  });
});
