import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRng, readRecipe, type Registry } from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { distill, finetune } from '@distiller/pipeline';
import { createModel, transformerConfig } from '@distiller/transformer';
import { openRegistry } from './open-registry.js';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(120_000);

const RECIPES = fileURLToPath(new URL('../../../recipes', import.meta.url));
const files = readdirSync(RECIPES, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.yaml'))
  .sort();

/** The data of each task in miniature; the rest of a recipe stays as it is published. */
const TASKS: Readonly<Record<string, object>> = {
  'sst-2': { use: 'file', train: 'reviews.tsv', validation: { fraction: 0.25 } },
};

type Raw = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

describe('published recipes', () => {
  let workspace: TinyWorkspace;
  let registry: Registry;
  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    registry = await openRegistry([], workspace.folder);
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
    const task = TASKS[String(raw['task']?.['use'])];
    if (!task) throw new Error(`${file}: there is no small data for its task.`);
    const { epochs: _, evaluateEvery: __, ...training } = raw['training'] ?? {};
    const small = { ...training, maxSteps: 3, batchSize: 8, lengths: [12], maxLength: 12 };
    const options = {
      registry,
      folder: workspace.path('runs', file),
      recipeFolder: workspace.folder,
    };
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
    const teacher = { ...raw['teacher'], model: 'deep-teacher' };
    const { steps } = await distill({ ...raw, task, teacher, student, training: small }, options);
    expect(steps).toBe(3);
  });

  it.each(files)('%s tells its source, what it needs and how it is run', async (file) => {
    const header = (await readFile(join(RECIPES, file), 'utf8')).split('\nname:')[0] ?? '';
    expect(header).toMatch(/^# Needs: /m);
    expect(header).toContain(`recipes/${file}`);
  });
});

/** A model that starts from a folder, with another folder. */
function withFolder(model: Readonly<Record<string, unknown>>, folder: string) {
  const { initialise } = model as { initialise?: unknown };
  const isFolder = typeof initialise === 'object' && initialise !== null && 'folder' in initialise;
  return isFolder ? { ...model, initialise: { folder } } : model;
}
