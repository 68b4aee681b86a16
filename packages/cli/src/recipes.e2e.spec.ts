import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRng, readRecipe, type Registry } from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { distill, distillTasks, finetune } from '@distiller/pipeline';
import { createModel, transformerConfig } from '@distiller/transformer';
import { openRegistry } from './open-registry.js';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(120_000);

const RECIPES = fileURLToPath(new URL('../../../recipes', import.meta.url));
const files = readdirSync(RECIPES, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.yaml'))
  .sort();

interface SmallData {
  readonly task: object;
  /** Tokens that a text needs. */
  readonly length: number;
  /** The teacher that the recipes distil; trained by a recipe itself where the reviews' would not do. */
  readonly teacher: string;
}

const REVIEWS: SmallData = {
  task: { use: 'file', train: 'reviews.tsv', validation: { fraction: 0.25 } },
  length: 12,
  teacher: 'deep-teacher',
};

/** The data of each task in miniature; the rest of a recipe stays as it is published. */
const DATA: Readonly<Record<string, SmallData>> = {
  'sst-2': REVIEWS,
  cola: REVIEWS,
  rte: REVIEWS,
  file: REVIEWS,
  'masked-lm': {
    task: { use: 'masked-lm', train: 'reviews.tsv', text: 'text', validation: { fraction: 0.25 } },
    length: 12,
    teacher: 'deep-teacher',
  },
  conll: {
    task: { use: 'conll', train: 'words.conll', validation: 'words.conll' },
    length: 12,
    teacher: 'runs/wnut17/minilm-teacher.yaml/model',
  },
  squad: {
    task: {
      use: 'squad',
      train: 'answers.json',
      validation: 'answers.json',
      docStride: 8,
      maxQueryLength: 8,
    },
    length: 32,
    teacher: 'runs/squad/minilm-teacher.yaml/model',
  },
};

/** What is good in a sentence is tagged, and asked for. */
const SENTENCES = ['a good film', 'a bad play', 'a lovely song', 'a dull book'];
const WORDS = SENTENCES.map((text) =>
  text
    .split(' ')
    .map((word, index) => `${word}\t${index === 2 ? 'B-thing' : 'O'}`)
    .join('\n'),
).join('\n\n');
const ANSWERS = {
  data: [
    {
      paragraphs: SENTENCES.map((context, index) => ({
        context,
        qas: [
          {
            id: String(index),
            question: 'a film or play',
            answers: [{ text: context.split(' ')[2], answer_start: context.lastIndexOf(' ') + 1 }],
          },
        ],
      })),
    },
  ],
};

type Raw = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

describe('published recipes', () => {
  let workspace: TinyWorkspace;
  let registry: Registry;
  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    registry = await openRegistry([], workspace.folder);
    await workspace.write('words.conll', `${WORDS}\n`);
    await workspace.write('answers.json', JSON.stringify(ANSWERS));
    const tokenizer = await loadTokenizer(workspace.path('teacher'));
    // As many layers and heads as the recipes' teacher has.
    const config = transformerConfig({
      family: 'bert',
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 24,
      layers: 6,
      heads: 12,
      intermediateSize: 48,
      maxPositions: 64,
      labels: ['fine', 'poor'],
    });
    await createModel(config, tokenizer, createRng(1)).save(workspace.path('deep-teacher'));
  });
  afterAll(() => workspace.remove());

  it.each(files)('%s makes three steps', async (file) => {
    const raw = (await readRecipe(join(RECIPES, file))).recipe as Raw;
    const tasks = (raw['tasks'] ?? []) as unknown as readonly Raw[];
    const { task, length, teacher: distilled } = smallData(file, tasks[0] ?? raw);
    const small = {
      ...raw['training'],
      epochs: 100,
      maxSteps: 3,
      evaluateEvery: 3,
      batchSize: 4,
      lengths: [length],
      maxLength: length,
    };
    const options = {
      registry,
      folder: workspace.path('runs', file),
      recipeFolder: workspace.folder,
    };
    if (tasks.length > 0) {
      const own = tasks.map((given) => {
        const { task, teacher } = smallData(file, given);
        return { ...given, task, teacher: { ...given['teacher'], model: teacher } };
      });
      const { steps } = await distillTasks({ ...raw, tasks: own, training: small }, options);
      expect(steps).toBe(3);
      return;
    }
    if (raw['model']) {
      const model = withFolder(raw['model'], 'deep-teacher');
      const { steps } = await finetune({ ...raw, task, model, training: small }, options);
      expect(steps).toBe(3);
      return;
    }
    const student = withFolder(
      raw['student'] ?? {},
      join('runs', 'tinybert', '1-intermediate.yaml', 'student'),
    );
    const teacher = { ...raw['teacher'], model: distilled };
    const { steps } = await distill({ ...raw, task, teacher, student, training: small }, options);
    expect(steps).toBe(3);
  });

  it.each(files)('%s tells its source, what it needs and how it is run', async (file) => {
    const header = (await readFile(join(RECIPES, file), 'utf8')).split('\nname:')[0] ?? '';
    expect(header).toMatch(/^# Needs: /m);
    expect(header).toContain(`recipes/${file}`);
  });
});

function smallData(file: string, raw: Raw): SmallData {
  const data = DATA[String(raw['task']?.['use'])];
  if (data) return data;
  throw new Error(`${file}: there is no small data for its task.`);
}

/** A model that starts from a folder, with another folder. */
function withFolder(model: Readonly<Record<string, unknown>>, folder: string) {
  const { initialise } = model as { initialise?: unknown };
  const isFolder = typeof initialise === 'object' && initialise !== null && 'folder' in initialise;
  return isFolder ? { ...model, initialise: { folder } } : model;
}
