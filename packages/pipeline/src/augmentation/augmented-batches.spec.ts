import { describe, expect, it } from '@jest/globals';
import type {
  Augmenter,
  Batch,
  Example,
  Rng,
  Task,
  TaskKind,
  TokenizerModel,
} from '@distiller/core';
import { encodeExamples, type EncodedExamples } from '@distiller/data';
import { trainingSource, type TrainingSource } from '../training-source.js';
import type { AugmentationNumbers } from './augmentation-settings.js';
import { augmentedExample, jobsOf } from './augment-examples.js';
import { augmentedSet } from './augmented-set.js';
import type { Rewriter } from './rewriter.js';

/** A token a word. */
const tokenizer: TokenizerModel = {
  fingerprint: 'words',
  vocabularySize: 100,
  padId: 0,
  encode: (texts, maxLength) => {
    const ids = [
      1,
      ...texts
        .join(' ')
        .split(' ')
        .map((word) => 2 + (word.length % 90)),
    ];
    return { ids: ids.slice(0, maxLength), types: ids.slice(0, maxLength).map(() => 0) };
  },
  files: () => ({}),
};

const roles = { student: { tokenizer, maxLength: 16 }, teacher: { tokenizer, maxLength: 16 } };
const encode = (examples: Iterable<Example> | AsyncIterable<Example>) =>
  encodeExamples(examples, roles);

const originals: readonly Example[] = Array.from({ length: 10 }, (_, index) => ({
  id: `x${index}`,
  texts: [Array.from({ length: 1 + (index % 4) }, (_, word) => `w${word}`).join(' ')],
  label: index % 2,
}));

/** Appends up to nine words, so that the lengths of batches change. */
function lengthen(seen: string[] = []): Augmenter {
  return {
    augment: async (texts, rngs) => {
      seen.push(...texts);
      return texts.map((text, index) => {
        const rng = rngs[index] as Rng;
        return `${text} ${Array.from({ length: 1 + rng.integer(9) }, () => rng.integer(99)).join(' ')}`;
      });
    },
  };
}

const task = { name: 'toy', kind: 'classification' } as Task;
const NUMBERS: AugmentationNumbers = { copies: 1, refreshEpochs: 2, repeated: 1 };

async function open(
  numbers: Partial<AugmentationNumbers> = {},
  augmenter = lengthen(),
  epochs = 6,
): Promise<TrainingSource & { readonly encoded: EncodedExamples }> {
  const encoded = await encode(originals);
  const augmentation = { ...NUMBERS, ...numbers, pipeline: [{ name: 'lengthen', augmenter }] };
  const source = trainingSource(
    { sources: [encoded], augmentation, encode },
    { batchSize: 4, lengths: [4, 8, 16], tokenBudget: undefined },
    task,
    7,
    epochs * Math.ceil((10 * (1 + augmentation.copies)) / 4),
    new AbortController().signal,
  );
  return { ...source, encoded };
}

async function epochOf(source: TrainingSource, epoch: number): Promise<Batch[]> {
  const from = epoch * source.batchesPerEpoch;
  return Promise.all(
    Array.from({ length: source.batchesPerEpoch }, (_, index) => source.at(from + index)),
  );
}

const textsOf = (batches: readonly Batch[]) =>
  new Map(batches.flatMap(({ examples }) => examples.map(({ id, texts }) => [id, texts[0]])));

describe('augmented batches', () => {
  it('have originals and copies once an epoch, with the labels of the originals', async () => {
    const source = await open();
    expect(source.batchesPerEpoch).toBe(5); // (10 + 10) / 4
    const texts = textsOf(await epochOf(source, 0));
    expect([...texts.keys()].sort()).toEqual(originals.flatMap(({ id }) => [id, `${id}~1`]).sort());
    for (const { id, texts: own, label } of originals) {
      expect(texts.get(id)).toBe(own[0]);
      expect(texts.get(`${id}~1`)).toMatch(new RegExp(`^${own[0]} \\d+`));
      const copy = (await epochOf(source, 0))
        .flatMap(({ examples }) => examples)
        .find((example) => example.id === `${id}~1`);
      expect(copy?.label).toBe(label);
    }
  });

  it('are made anew every second epoch, always of the originals', async () => {
    const seen: string[] = [];
    const before = JSON.stringify(originals);
    const source = await open({}, lengthen(seen));
    const [first, second, third] = [
      textsOf(await epochOf(source, 0)),
      textsOf(await epochOf(source, 1)),
      textsOf(await epochOf(source, 2)),
    ];
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
    expect(new Set(seen)).toEqual(new Set(originals.map(({ texts }) => texts[0])));
    expect(JSON.stringify(originals)).toBe(before);
  });

  it('do not need those before them: a batch of a fresh source has the same bytes', async () => {
    const whole = await open();
    const all: Batch[] = [];
    for (let index = 0; index < 30; index++) all.push(await whole.at(index));
    for (const index of [0, 9, 10, 17, 29]) {
      const seen: string[] = [];
      const fresh = await open({}, lengthen(seen));
      expect(await fresh.at(index)).toEqual(all[index]);
      await fresh.dispose();
      // Its own generation, and at most the next.
      expect(seen.length).toBeLessThanOrEqual(20);
    }
  });

  it('are made no further ahead than one generation, and never past the end', async () => {
    const seen: string[] = [];
    const source = await open({}, lengthen(seen), 4);
    await source.at(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.length).toBe(20); // generations 0 and 1
    await epochOf(source, 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.length).toBe(20); // there is no generation 2
  });

  it('are enlarged by versions of their own where augmentation is repeated', async () => {
    const source = await open({ copies: 0, repeated: 3 });
    expect(source.batchesPerEpoch).toBe(3);
    const batch = await source.at(0);
    expect(batch.encodings['student']?.['ids']?.shape[0]).toBe(12);
    expect(batch.labels?.data).toHaveLength(12);
    batch.examples.forEach(({ id, texts, label }, row) => {
      const original = batch.examples[row % 4] as Example;
      expect(label).toBe(original.label);
      if (row < 4) return;
      expect(id).toBe(`${original.id}~0.${row < 8 ? 0 : 1}`);
      expect(texts[0]).toMatch(new RegExp(`^${original.texts[0]} \\d+`));
    });
    expect(await (await open({ copies: 0, repeated: 3 })).at(2)).toEqual(await source.at(2));
  });

  it('repeat the original also for a copy', async () => {
    const source = await open({ copies: 2, repeated: 2 });
    for (const { examples } of await epochOf(source, 0)) {
      for (const { id, texts } of examples.slice(4)) {
        const [name] = id.split('~');
        const original = originals.find((example) => example.id === name);
        expect(texts[0]).toMatch(new RegExp(`^${original?.texts[0]} \\d+( \\d+){0,8}$`));
      }
    }
  });

  it('fail with the failure of the augmenter, also when it came ahead of need', async () => {
    let calls = 0;
    const failing: Augmenter = {
      augment: async (texts) => {
        if (++calls > 1) throw new Error('too often');
        return texts;
      },
    };
    const source = await open({}, failing);
    await epochOf(source, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(source.at(10)).rejects.toThrow(
      /\(lengthen\) failed on text x0, texts\[0\]: too often/,
    );
  });
});

describe('augmentedSet', () => {
  it('holds no more than twice as many shards under way as there are threads', async () => {
    let [open, most] = [0, 0];
    const rewriter: Rewriter = {
      parallel: 2,
      rewrite: async (jobs) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 2));
        open--;
        return jobs.map(({ text }) => text);
      },
      dispose: async () => undefined,
    };
    const many = Array.from({ length: 640 }, (_, index) => ({
      id: `m${index}`,
      texts: ['a'] as const,
    }));
    const set = augmentedSet({
      kind: 'classification',
      originals: many,
      copies: 2,
      generation: 0,
      rewriter,
      signal: new AbortController().signal,
    });
    const ids: string[] = [];
    for await (const { id } of set) ids.push(id);
    expect(most).toBe(4);
    expect(ids).toEqual([...many.map(({ id }) => `${id}~1`), ...many.map(({ id }) => `${id}~2`)]);
  });
});

describe('augmentedExample', () => {
  const rewrite = (kind: TaskKind, example: Example, rewritten: (text: string) => string) =>
    augmentedExample(
      kind,
      example,
      'new',
      jobsOf(kind, example, ['v']).map(({ text }) => rewritten(text)),
    );
  const pair: Example = { id: 'p', texts: ['a b', 'c d'], label: 1 };
  const louder = (text: string) => text.toUpperCase();

  it('rewrites both texts of a pair, each from a stream of its own', () => {
    expect(rewrite('classification', pair, louder)).toEqual({
      id: 'new',
      texts: ['A B', 'C D'],
      label: 1,
    });
    expect(jobsOf('classification', pair, ['v']).map(({ stream }) => stream)).toEqual([
      ['v', 'p', 0],
      ['v', 'p', 1],
    ]);
  });

  it('rewrites the question alone of a span task', () => {
    const span: Example = { ...pair, label: [{ start: 0, end: 1 }] };
    expect(rewrite('span', span, louder)).toEqual({ ...span, id: 'new', texts: ['A B', 'c d'] });
  });

  it('keeps labelled words whose number changed', () => {
    const words: Example = { id: 'w', texts: ['a b'], words: ['a', 'b'], label: [0, 1] };
    expect(rewrite('token-classification', words, louder)).toMatchObject({
      words: ['A', 'B'],
      texts: ['A B'],
    });
    expect(rewrite('token-classification', words, (text) => `${text} c`)).toEqual({
      ...words,
      id: 'new',
    });
  });
});
