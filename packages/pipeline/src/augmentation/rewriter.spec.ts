import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import {
  defineComponent,
  definePlugin,
  ENGINE,
  type ComponentChoice,
  type Engine,
  type Needs,
} from '@distiller/core';
import { z } from 'zod';
import { isWorkerPipeline, type Augmentation } from './augmentation.js';
import { augmentationSettings } from './augmentation-settings.js';
import {
  FIXTURE_MODULE,
  fixtureRegistry,
  ORDERS,
  THREE,
  workerPipeline,
} from './fixture-plugin.fixture.js';
import { disposeAugmenters, makeAugmentation } from './make-augmentation.js';
import { openRewriter } from './rewriter.js';
import { RewriterPool } from './rewriter-pool.js';
import type { TextJob } from './run-augmenters.js';

const never = new AbortController().signal;

function jobs(count: number): TextJob[] {
  return Array.from({ length: count }, (_, index) => ({
    text: `one two three four ${index}`,
    name: `train-${index}, texts[0]`,
    stream: ['generation', 0, 1, `train-${index}`, 0],
  }));
}

async function make(choices: readonly ComponentChoice[], workers: number): Promise<Augmentation> {
  const registry = await fixtureRegistry();
  const settings = augmentationSettings(registry).parse({ pipeline: choices, workers });
  return makeAugmentation(settings, 7, { registry, folder: tmpdir() }, {} as Engine);
}

async function rewritten(choices: readonly ComponentChoice[], workers: number, texts = jobs(40)) {
  const augmentation = await make(choices, workers);
  expect(isWorkerPipeline(augmentation.pipeline)).toBe(workers > 0);
  const rewriter = openRewriter(augmentation, 7);
  try {
    const halves = [texts.slice(0, 13), texts.slice(13)];
    return (await Promise.all(halves.map((half) => rewriter.rewrite(half, never)))).flat();
  } finally {
    await rewriter.dispose();
    await disposeAugmenters(augmentation);
  }
}

describe('openRewriter', () => {
  it('gives the same texts in this thread, in one and in two others', async () => {
    const here = await rewritten(THREE, 0);
    expect(await rewritten(THREE, 1)).toEqual(here);
    expect(await rewritten(THREE, 2)).toEqual(here);
    expect(new Set(here).size).toBe(40);
  });

  it('runs in other threads where it says so', async () => {
    const texts = await rewritten([{ use: 'thread' }], 2);
    expect(texts.every((text) => /thread[1-9]\d*$/.test(text))).toBe(true);
  });

  it('decides what becomes of a text by its stream, not by its neighbours', async () => {
    const all = await rewritten(THREE, 0);
    expect(await rewritten(THREE, 0, jobs(40).slice(5, 9))).toEqual(all.slice(5, 9));
  });

  it('runs all 15 orders, each in its own way', async () => {
    const results = await Promise.all(
      ORDERS.map((order) =>
        rewritten(
          order.map((place) => THREE[place] as ComponentChoice),
          0,
        ),
      ),
    );
    expect(new Set(results.map((texts) => texts.join('\n'))).size).toBe(15);
    // `tag` first: the mark is shuffled with the words; last: it ends the text.
    expect(results[3]?.every((text) => / t\d+$/.test(text))).toBe(false);
    expect(results[4]?.every((text) => / t\d+$/.test(text))).toBe(true);
  });

  it.each([0, 2])('names augmenter and text of a failure, with %i workers', async (workers) => {
    await expect(
      rewritten([{ use: 'swap' }, { use: 'fail', on: '17' }], workers),
    ).rejects.toMatchObject({
      code: 'plugin',
      message:
        'augmentation.pipeline.1 (fail) failed on text train-17, texts[0]: no 17, please. Take the text out of the data or the augmenter out of the pipeline.',
    });
  });

  it('refuses what is no list of as many texts', async () => {
    const broken = { augment: async () => ['one'] };
    const rewriter = openRewriter({ pipeline: [{ name: 'broken', augmenter: broken }] }, 7);
    await expect(rewriter.rewrite(jobs(3), never)).rejects.toThrow(
      /\(broken\) failed on 3 texts from train-0, texts\[0\] on.* for 3 texts; expected as many/,
    );
  });

  it('stops at once when it is asked to, and leaves no thread behind', async () => {
    const pool = new RewriterPool(workerPipeline(2, [{ use: 'slow', ms: 600_000 }]));
    const stop = new AbortController();
    const pending = [pool.rewrite(jobs(2), stop.signal), pool.rewrite(jobs(2), stop.signal)];
    const settled = Promise.allSettled(pending);
    while (pool.threads < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    for (const outcome of await settled)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    await pool.dispose();
    expect(pool.threads).toBe(0);
  });

  it('rewrites in this thread when a plugin has no module', async () => {
    const registry = await fixtureRegistry();
    expect(registry.module('augmenter', 'swap')).toBe(FIXTURE_MODULE);
    const bare = await fixtureRegistry();
    bare.module = () => undefined;
    const notes: string[] = [];
    const made = await makeAugmentation(
      augmentationSettings(bare).parse({ pipeline: [{ use: 'swap' }] }),
      7,
      {
        registry: bare,
        folder: tmpdir(),
        reporter: {
          info: (note) => void notes.push(note),
          warn: () => undefined,
          progress: () => undefined,
        },
      },
      {} as Engine,
    );
    expect(isWorkerPipeline(made.pipeline)).toBe(false);
    expect(notes).toEqual([expect.stringMatching(/main thread, since an augmenter comes from/)]);
  });
});

it('loads what the settings of an augmenter name too, or rewrites in this thread for it', async () => {
  const component = <K extends 'augmenter' | 'translator'>(
    kind: K,
    name: string,
    needs: Needs = {},
  ) =>
    defineComponent({
      kind,
      name,
      summary: 'A component of the tests.',
      settings: z.strictObject({ translator: z.looseObject({ use: z.string() }).optional() }),
      needs,
      create: () => ({ augment: async (texts: readonly string[]) => texts }) as never,
    });
  const registry = await fixtureRegistry();
  const made = (use: string) =>
    makeAugmentation(
      augmentationSettings(registry).parse({
        pipeline: [{ use: 'through' }, { use: 'through', translator: { use } }],
      }),
      7,
      { registry, folder: tmpdir() },
      {} as Engine,
    );
  registry
    .use(
      definePlugin({ name: 'a', module: '/a.js', components: [component('augmenter', 'through')] }),
    )
    .use(
      definePlugin({ name: 'b', module: '/b.js', components: [component('translator', 'plain')] }),
    )
    .use(
      definePlugin({
        name: 'c',
        module: '/c.js',
        components: [component('translator', 'computing', { engine: ENGINE })],
      }),
    )
    .use(definePlugin({ name: 'd', components: [component('translator', 'homeless')] }));
  expect((await made('plain')).pipeline).toMatchObject({ modules: ['/a.js', '/b.js'] });
  expect(isWorkerPipeline((await made('computing')).pipeline)).toBe(false);
  expect(isWorkerPipeline((await made('homeless')).pipeline)).toBe(false);
});

it('gives an augmenter that computes on the engine the engine of the run, in this thread', async () => {
  const engine = { name: 'mine' } as Engine;
  const seen: unknown[] = [];
  const computing = defineComponent({
    kind: 'augmenter',
    name: 'computing',
    summary: 'An augmenter of the tests.',
    settings: z.strictObject({}),
    needs: { engine: ENGINE },
    create: (_, services) => {
      seen.push(services.engine);
      return { augment: async (texts) => texts, dispose: async () => void seen.push('disposed') };
    },
  });
  const registry = await fixtureRegistry();
  registry.use(definePlugin({ name: 'computes', module: '/computes.js', components: [computing] }));
  const made = await makeAugmentation(
    augmentationSettings(registry).parse({ pipeline: [{ use: 'swap' }, { use: 'computing' }] }),
    7,
    { registry, folder: tmpdir() },
    engine,
  );
  expect(isWorkerPipeline(made.pipeline)).toBe(false);
  await disposeAugmenters(made);
  expect(seen).toEqual([engine, 'disposed']);
});

describe('augmentationSettings', () => {
  it('fills in the defaults, and knows its augmenters', async () => {
    const registry = await fixtureRegistry();
    const settings = augmentationSettings(registry);
    expect(settings.parse({ pipeline: [{ use: 'double' }] })).toEqual({
      pipeline: [{ use: 'double', p: 0.3 }],
      refreshEpochs: 3,
      repeated: 1,
      workers: 1,
    });
    expect(() => settings.parse({ pipeline: [{ use: 'dubble' }] })).toThrow(
      /No augmenter is called \\"dubble\\".*double/,
    );
    for (const order of ORDERS) {
      const pipeline = order.map((place) => THREE[place]);
      expect(settings.parse({ pipeline }).pipeline.map(({ use }) => use)).toEqual(
        order.map((place) => THREE[place]?.use),
      );
    }
  });

  it('makes a copy of each example, or none where batches are enlarged, and refuses to do nothing', async () => {
    const registry = await fixtureRegistry();
    const copiesOf = async (numbers: object) =>
      (
        await makeAugmentation(
          augmentationSettings(registry).parse({ pipeline: THREE, workers: 0, ...numbers }),
          7,
          { registry, folder: tmpdir() },
          {} as Engine,
        )
      ).copies;
    expect(await copiesOf({})).toBe(1);
    expect(await copiesOf({ repeated: 4 })).toBe(0);
    expect(await copiesOf({ repeated: 4, copies: 2 })).toBe(2);
    await expect(copiesOf({ copies: 0 })).rejects.toThrow(/nothing is augmented/);
  });
});
