import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  bind,
  createRng,
  defineComponent,
  definePlugin,
  DistillerError,
  RESOLVE_PATH,
  RNG,
  type Kind,
  type Registry,
} from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { distill, finetune, type DistillResult } from '@distiller/pipeline';
import { createModel, transformerConfig } from '@distiller/transformer';
import { z } from 'zod';
import { openRegistry } from './open-registry.js';
import { ROWS, TinyWorkspace, tsv } from './tiny-workspace.fixture.js';

jest.setTimeout(300_000); // one graph with every objective takes a while to open on a slow machine

/** What a component must be told where it has no default. */
const SETTINGS: Readonly<Record<string, object>> = {
  explicit: {
    pairs: [
      [0, 0],
      [1, 1],
    ],
  },
};

/** Why a pair of intermediate objective and matching is refused; every other pair must train. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'gram with emd': /must have a deeper student layer than the one before/,
  'gram with all': /must have a deeper student layer than the one before/,
  'gram with last-k': /1 pair is matched/,
};

describe('every intermediate objective with every matching', () => {
  let workspace: TinyWorkspace;
  let registry: Registry;
  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    registry = await openRegistry([], workspace.folder);
  });
  afterAll(() => workspace.remove());

  const choiceOf = (name: string) => ({ use: name, ...SETTINGS[name] });
  const names = (kind: Kind) => registry.list(kind).map(({ name }) => name);

  /** Three steps on the compiled engine, with these terms. */
  function train(intermediate: readonly object[], folder: string): Promise<DistillResult> {
    const recipe = {
      engine: { use: 'onnx', threads: 1 },
      task: { use: 'file', train: 'reviews.tsv', validation: { fraction: 0.25 } },
      teacher: { use: 'bert', model: 'teacher' },
      student: { use: 'bert', layers: 2, hiddenSize: 8, heads: 2, intermediateSize: 16 },
      intermediate,
      baseline: false,
      training: { maxSteps: 3, batchSize: 8, lengths: [12], maxLength: 12, learningRate: 0.001 },
    };
    return distill(recipe, {
      registry,
      folder: workspace.path('runs', folder),
      recipeFolder: workspace.folder,
    });
  }

  it('trains three steps, or is refused with the reason before anything runs', async () => {
    const trained: string[] = [];
    for (const matching of names('matching')) {
      const pairs = names('intermediate').map(
        (name) => [name, `${name} with ${matching}`] as const,
      );
      const term = (name: string) => ({
        ...choiceOf(name),
        matching: choiceOf(matching),
        weight: 0.1,
      });
      for (const [name, pair] of pairs) {
        if (!(pair in REFUSED)) continue;
        const refusal = await train([term(name)], `refused ${pair}`).catch(
          (error: unknown) => error,
        );
        expect(refusal).toBeInstanceOf(DistillerError);
        expect((refusal as DistillerError).message).toMatch(REFUSED[pair] as RegExp);
      }
      const allowed = pairs.filter(([, pair]) => !(pair in REFUSED));
      const { steps, rows } = await train(
        allowed.map(([name]) => term(name)),
        matching,
      );
      expect(steps).toBe(3);
      expect(rows.at(-1)?.role).toBe('student-kd');
      const losses = await lastLosses(workspace.path('runs', matching, 'metrics.jsonl'));
      expect(Object.keys(losses).sort()).toEqual(allowed.map(([name]) => name).sort());
      for (const [name, loss] of Object.entries(losses)) {
        if (!Number.isFinite(loss))
          throw new Error(`${name} with ${matching} has the loss ${loss}`);
      }
      trained.push(...allowed.map(([, pair]) => pair));
    }
    const total = names('matching').length * names('intermediate').length;
    expect(trained.length + Object.keys(REFUSED).length).toBe(total);
  });
});

/** The losses that the last step of a run logged, by term. */
async function lastLosses(path: string): Promise<Record<string, number>> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const steps = lines.map((line) => JSON.parse(line) as { losses?: Record<string, number> });
  return steps.filter(({ losses }) => losses).at(-1)?.losses ?? {};
}

/** One task of each kind, in miniature. */
const TASKS: Readonly<Record<string, object>> = {
  classification: { use: 'file', train: 'reviews.tsv', validation: { fraction: 0.25 } },
  pairs: { use: 'file', train: 'pairs.tsv', textPair: 'other', validation: { fraction: 0.25 } },
  regression: {
    use: 'file',
    kind: 'regression',
    train: 'values.tsv',
    validation: { fraction: 0.25 },
  },
  'multi-label': {
    use: 'file',
    kind: 'multi-label',
    train: 'sets.tsv',
    validation: 'sets.tsv',
  },
  'token-classification': { use: 'conll', train: 'words.conll', validation: 'words.conll' },
  span: {
    use: 'squad',
    train: 'answers.json',
    validation: 'answers.json',
    docStride: 8,
    maxQueryLength: 8,
  },
};

describe('every augmenter and every objective on predictions with every kind of task', () => {
  let workspace: TinyWorkspace;
  let registry: Registry;
  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    registry = (await openRegistry([], workspace.folder)).use(echoPlugin);
    await writeTasks(workspace);
    const tokenizer = await loadTokenizer(workspace.path('teacher'));
    const config = transformerConfig({
      family: 'bert',
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 8,
      layers: 1,
      heads: 2,
      intermediateSize: 16,
      maxPositions: 32,
      problem: 'masked-lm',
    });
    await createModel(config, tokenizer, createRng(1)).save(workspace.path('masked-lm'));
  });
  afterAll(() => workspace.remove());

  /** How each augmenter is told what it needs. */
  const AUGMENTERS: Readonly<Record<string, object>> = {
    random: {},
    contextual: { model: 'masked-lm' },
    embedding: { vectors: 'vectors.txt' },
    'back-translation': { translator: { use: 'echo' } },
  };
  const training = { maxSteps: 3, batchSize: 8, lengths: [32], maxLength: 32, learningRate: 0.001 };

  it.each(Object.entries(TASKS))('%s', async (kind, task) => {
    const options = (name: string) => ({
      registry,
      folder: workspace.path('runs', kind, name),
      recipeFolder: workspace.folder,
    });
    const size = { layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 32 };
    const engine = { use: 'onnx', threads: 1 };
    const common = { engine, task, training };
    const tokenizer = { folder: 'teacher' };
    await finetune({ ...common, model: { use: 'bert', ...size, tokenizer } }, options('teacher'));
    const teacher = { use: 'bert', model: workspace.path('runs', kind, 'teacher', 'model') };
    const recipe = { ...common, teacher, student: { use: 'bert', ...size }, baseline: false };
    const run = (name: string, more: object) => distill({ ...recipe, ...more }, options(name));

    const objectives = registry.list('objective').map(({ name }) => name);
    const allowed: string[] = [];
    for (const use of objectives) {
      const made = await registry.create('objective', { use });
      const reason = made.refuses(
        await registry.create('task', task as never, taskServices(workspace)),
      );
      if (reason === undefined) allowed.push(use);
      else await expect(run(`refused ${use}`, { objectives: [{ use }] })).rejects.toThrow(reason);
    }
    expect(allowed).toContain('hard-label');
    expect(allowed.length).toBeGreaterThan(1);

    const augmenters = registry.list('augmenter').map(({ name }) => name);
    expect(augmenters.sort()).toEqual(Object.keys(AUGMENTERS).sort());
    const augmentation = {
      pipeline: augmenters.map((use) => ({ use, ...AUGMENTERS[use] })),
      workers: 0,
    };
    const all = { objectives: allowed.map((use) => ({ use })), augmentation };
    const { steps } = await run('augmented', all);
    expect(steps).toBe(3);
    for (const [name, loss] of Object.entries(
      await lastLosses(workspace.path('runs', kind, 'augmented', 'metrics.jsonl')),
    )) {
      if (!Number.isFinite(loss)) throw new Error(`${name} has the loss ${loss} on ${kind}`);
    }
  });
});

const echoPlugin = definePlugin({
  name: 'echo',
  components: [
    defineComponent({
      kind: 'translator',
      name: 'echo',
      summary: 'Says everything the other way round, in every language.',
      settings: z.strictObject({}),
      needs: {},
      create: () => ({
        translate: async (texts) => texts.map((text) => text.split(' ').reverse().join(' ')),
      }),
    }),
  ],
});

function taskServices(workspace: TinyWorkspace) {
  return [bind(RESOLVE_PATH, (path: string) => workspace.path(path)), bind(RNG, createRng(1))];
}

async function writeTasks(workspace: TinyWorkspace): Promise<void> {
  const texts = ROWS.map((row) => row.split('\t')[0] as string);
  const lines = (header: string, row: (text: string, index: number) => string) =>
    tsv(texts.map(row), header);
  await workspace.write(
    'pairs.tsv',
    lines('text\tother\tlabel', (text, i) => `${text}\t${texts[0]}\t${i % 2}`),
  );
  await workspace.write(
    'values.tsv',
    lines('text\tlabel', (text, i) => `${text}\t${i / 10}`),
  );
  await workspace.write(
    'sets.tsv',
    lines('text\tlabel', (text, i) => `${text}\t${['good', 'old', 'good,old', ''][i % 4]}`),
  );
  await workspace.write(
    'words.conll',
    texts
      .map((text) =>
        text
          .split(' ')
          .map((word, k) => `${word}\t${k === 2 ? 'B-thing' : 'O'}\n`)
          .join(''),
      )
      .join('\n'),
  );
  const paragraphs = texts.map((context, index) => ({
    context,
    qas: [
      {
        id: `${index}`,
        question: 'a good film',
        answers: [{ text: context.split(' ')[2], answer_start: context.lastIndexOf(' ') + 1 }],
      },
    ],
  }));
  await workspace.write('answers.json', JSON.stringify({ data: [{ paragraphs }] }));
  const words = [...new Set(texts.flatMap((text) => text.split(' ')))];
  await workspace.write(
    'vectors.txt',
    words.map((word, k) => `${word} ${Math.sin(k)} ${Math.cos(k)} ${Math.sin(3 * k)}\n`).join(''),
  );
}
