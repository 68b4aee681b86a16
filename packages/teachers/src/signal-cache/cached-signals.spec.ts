import { copyFile, cp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine, HostTensors, SignalNeeds, TextModel } from '@distiller/core';
import { SignalModel } from '../signal-model.js';
import { signalSpecs } from '../signal-spec.js';
import {
  batchOf,
  cpuEngine,
  listener,
  TEXTS,
  tinyTeacher,
  withFolder,
} from '../tiny-teacher.fixture.js';
import { CachedSignals, type CachedSignalsOptions } from './cached-signals.js';
import { listShards, listStores } from './store-folder.js';

const NEEDS: SignalNeeds = {
  logits: true,
  layers: [
    { feature: 'hidden', layer: 0 },
    { feature: 'hidden', layer: 2 },
    { feature: 'attentions', layer: 1 },
    { feature: 'attentionScores', layer: 0 },
  ],
};

let engine: Engine;
let teacher: TextModel;
let other: TextModel;

beforeAll(async () => {
  engine = await cpuEngine();
  [teacher, other] = [await tinyTeacher(1), await tinyTeacher(2)];
});

/** Asks a fresh teacher with this cache for batches of texts, one after the other. */
async function ask(
  cacheFolder: string,
  batches: readonly (readonly string[])[],
  given: Partial<CachedSignalsOptions> & { readonly of?: TextModel; readonly length?: number } = {},
) {
  const { of = teacher, length, ...options } = given;
  const model = new SignalModel(of, engine);
  const signals = new CachedSignals({
    model,
    cacheFolder,
    precision: 'f32',
    maxBytes: 1e6,
    rows: 4,
    reporter: listener(),
    ...options,
  });
  const answers: HostTensors[] = [];
  for (const texts of batches) {
    const encoding = batchOf(of, texts, length).encodings['teacher'] as HostTensors;
    answers.push(await signals.signals(encoding, texts.length, signalSpecs(NEEDS, of.description)));
  }
  await signals.dispose();
  await model.dispose();
  return { answers, ...signals.statistics() };
}

/** The bytes of one text's signals in a batch: logits alone, for brevity. */
const logits = (answer: HostTensors | undefined, row: number) => {
  const { data, shape } = answer?.['logits'] as HostTensors[string];
  const width = shape[1] as number;
  return [...data.subarray(row * width, (row + 1) * width)];
};

async function onlyShard(cacheFolder: string): Promise<string> {
  const [store] = await listStores(cacheFolder);
  const [shard] = await listShards(store as string);
  return (shard as { path: string }).path;
}

describe('CachedSignals', () => {
  it('gives the same bytes the first time, from memory and from disk', () =>
    withFolder(async (folder) => {
      const first = await ask(folder, [TEXTS, TEXTS]);
      const second = await ask(folder, [TEXTS]);
      expect(first.answers[1]).toEqual(first.answers[0]);
      expect(second.answers[0]).toEqual(first.answers[0]);
      expect(first).toMatchObject({ computed: 6, cached: 6 });
      expect(second).toMatchObject({ computed: 0, cached: 6 });
    }));

  it('gives what the model gives, and zeros at padding', () =>
    withFolder(async (folder) => {
      const texts = [TEXTS[1], TEXTS[0]];
      const encoding = batchOf(teacher, texts, 10).encodings['teacher'] as HostTensors;
      const model = new SignalModel(teacher, engine);
      const direct = await model.run(encoding, signalSpecs(NEEDS, teacher.description));
      await model.dispose();
      const { answers } = await ask(folder, [texts], { length: 10 });
      const mask = (encoding['mask'] as HostTensors[string]).data;
      for (const [name, { data, shape }] of Object.entries(direct)) {
        const own = answers[0]?.[name] as HostTensors[string];
        expect(own.shape).toEqual(shape);
        const [, length = 0, width = 0] = shape;
        data.forEach((value, i) => {
          const row = Math.floor(i / (data.length / 2));
          const isToken =
            name === 'logits' ||
            (name.startsWith('hidden')
              ? mask[row * length + (Math.floor(i / width) % length)] === 1
              : mask[row * 10 + (i % 10)] === 1 &&
                mask[row * 10 + (Math.floor(i / 10) % 10)] === 1);
          // the model is run with other padding, which changes the last bits
          expect(own.data[i]).toBeCloseTo(isToken ? value : 0, 5);
        });
      }
    }));

  it('computes a text alike in any company, on any row, with any padding', () =>
    withFolder(async (folder) => {
      const orders = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3], [1, 1, 4, 1]];
      const expected = (await ask(join(folder, 'reference'), [TEXTS])).answers[0];
      for (const [i, order] of orders.entries()) {
        const texts = order.map((n) => TEXTS[n] as string);
        const { answers } = await ask(join(folder, String(i)), [texts], { length: 30 + i });
        order.forEach((n, row) => expect(logits(answers[0], row)).toEqual(logits(expected, n)));
      }
    }));

  it('leaves rows beyond the texts at zero', () =>
    withFolder(async (folder) => {
      const model = new SignalModel(teacher, engine);
      const signals = new CachedSignals({
        model,
        cacheFolder: folder,
        precision: 'f32',
        maxBytes: 1e6,
        rows: 4,
        reporter: listener(),
      });
      const encoding = batchOf(teacher, TEXTS.slice(0, 3)).encodings['teacher'] as HostTensors;
      const answer = await signals.signals(encoding, 2, signalSpecs(NEEDS, teacher.description));
      expect(answer['logits']?.shape).toEqual([3, 3]);
      expect(logits(answer, 2)).toEqual([0, 0, 0]);
      expect(logits(answer, 1)).not.toContain(0);
      expect(signals.statistics()).toEqual({ computed: 2, cached: 0 });
      await signals.dispose();
      await model.dispose();
    }));

  it('computes a text once that comes several times in a batch', () =>
    withFolder(async (folder) => {
      expect(await ask(folder, [['a dog', 'a dog', 'cat']])).toMatchObject({
        computed: 2,
        cached: 1,
      });
    }));

  it('killed in any record and resumed ends with the same bytes on disk and in the answers', () =>
    withFolder(async (folder) => {
      const batches = [TEXTS.slice(0, 3), TEXTS.slice(2, 6), TEXTS.slice(1, 4)];
      const whole = await ask(join(folder, 'whole'), batches);
      const shard = await onlyShard(join(folder, 'whole'));
      const bytes = await readFile(shard);
      const name = shard.slice(join(folder, 'whole').length);
      for (const share of [0.999, 0.6, 0.2]) {
        const size = Math.floor(bytes.length * share);
        await rm(join(folder, 'resumed'), { recursive: true, force: true });
        await cp(join(folder, 'whole'), join(folder, 'resumed'), { recursive: true });
        await truncate(join(folder, 'resumed', name), size);
        const resumed = await ask(join(folder, 'resumed'), batches);
        expect(resumed.answers).toEqual(whole.answers);
        expect(resumed.computed).toBeGreaterThan(0);
        expect((await readFile(join(folder, 'resumed', name))).equals(bytes)).toBe(true);
      }
    }));

  it('never mixes two teachers, precisions, engines, or ways to compute', () =>
    withFolder(async (folder) => {
      const [mine, theirs] = [
        await ask(folder, [TEXTS]),
        await ask(folder, [TEXTS], { of: other }),
      ];
      expect(theirs.computed).toBe(6);
      expect(logits(theirs.answers[0], 0)).not.toEqual(logits(mine.answers[0], 0));
      expect((await ask(folder, [TEXTS], { precision: 'f16' })).computed).toBe(6);
      expect((await ask(folder, [TEXTS], { rows: 3 })).computed).toBe(6);
      const elsewhere = new SignalModel(teacher, { ...engine, name: 'tfjs/other' });
      expect((await ask(folder, [TEXTS], { model: elsewhere })).computed).toBe(6);
      await elsewhere.dispose();
      expect(await listStores(folder)).toHaveLength(5);
      expect((await ask(folder, [TEXTS])).answers).toEqual(mine.answers);
    }));

  it("does not take another teacher's shard for its own, even under its name", () =>
    withFolder(async (folder) => {
      const mine = await ask(join(folder, 'mine'), [TEXTS]);
      await ask(join(folder, 'theirs'), [TEXTS], { of: other });
      await copyFile(
        await onlyShard(join(folder, 'theirs')),
        await onlyShard(join(folder, 'mine')),
      );
      const reporter = listener();
      const again = await ask(join(folder, 'mine'), [TEXTS], { reporter });
      expect(again.answers).toEqual(mine.answers);
      expect(reporter.warnings).toEqual([
        expect.stringMatching(/holds signals of another teacher/),
      ]);
    }));

  it('in half precision gives the rounded values the first time too', () =>
    withFolder(async (folder) => {
      const { answers } = await ask(folder, [TEXTS, TEXTS], { precision: 'f16' });
      expect(answers[1]).toEqual(answers[0]);
      const exact = await ask(join(folder, 'exact'), [TEXTS]);
      logits(exact.answers[0], 2).forEach((value, i) => {
        const rounded = logits(answers[0], 2)[i] as number;
        expect(rounded).not.toBe(value);
        expect(Math.abs(rounded - value)).toBeLessThan(Math.abs(value) * 2 ** -10);
      });
    }));

  it('gives the same answers beyond its budget', () =>
    withFolder(async (folder) => {
      const all = await ask(join(folder, 'all'), [TEXTS, TEXTS]);
      const reporter = listener();
      const some = await ask(join(folder, 'some'), [TEXTS, [...TEXTS].reverse(), TEXTS], {
        maxBytes: 4000,
        reporter,
      });
      expect(some.answers[2]).toEqual(all.answers[1]);
      expect(some.computed).toBeGreaterThan(6);
      expect(some.cached).toBeGreaterThan(0);
      expect(reporter.warnings).toHaveLength(1);
    }));

  it('keeps what it always keeps, so that a text is computed once whatever is asked of it', () =>
    withFolder(async (folder) => {
      const hidden = (layer: number) => ({ feature: 'hidden', layer }) as const;
      const specs = (...layers: number[]) =>
        signalSpecs({ logits: true, layers: layers.map(hidden) }, teacher.description);
      const model = new SignalModel(teacher, engine);
      const options = { model, precision: 'f16', maxBytes: 1e6, rows: 4 } as const;
      const kept = { cacheFolder: folder, always: specs(0, 1, 2), reporter: listener() };
      const plain = { cacheFolder: join(folder, 'plain'), reporter: listener() };
      const encoding = batchOf(teacher, TEXTS).encodings['teacher'] as HostTensors;
      const [all, asked] = [
        new CachedSignals({ ...options, ...kept }),
        new CachedSignals({ ...options, ...plain }),
      ];
      for (const layers of [[2], [], [0, 1]]) {
        const answer = await all.signals(encoding, TEXTS.length, specs(...layers));
        expect(answer).toEqual(await asked.signals(encoding, TEXTS.length, specs(...layers)));
      }
      expect(all.statistics()).toEqual({ computed: 6, cached: 12 });
      expect(asked.statistics()).toEqual({ computed: 18, cached: 0 });
      await all.dispose();
      await asked.dispose();
      await model.dispose();
    }));

  it('answers concurrent calls as if they came one after the other', () =>
    withFolder(async (folder) => {
      const model = new SignalModel(teacher, engine);
      const signals = new CachedSignals({
        model,
        cacheFolder: folder,
        precision: 'f32',
        maxBytes: 1e6,
        rows: 4,
        reporter: listener(),
      });
      const specs = signalSpecs(NEEDS, teacher.description);
      const encoding = batchOf(teacher, TEXTS).encodings['teacher'] as HostTensors;
      const answers = await Promise.all(
        [1, 2, 3].map(() => signals.signals(encoding, TEXTS.length, specs)),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(signals.statistics()).toEqual({ computed: 6, cached: 12 });
      await signals.dispose();
      await model.dispose();
      expect((await readdir((await listStores(folder))[0] as string)).join()).toBe(
        'shard-000000.signals',
      );
    }));
});
