import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine, HostTensor, Teacher, TextModel } from '@distiller/core';
import { tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { teacherChecks } from '@distiller/testing';
import { modelFromWeights, type TransformerModel } from '@distiller/transformer';
import { combinedLogits } from './combined-logits.js';
import { ensembleTeacher } from './combine-teachers.js';
import { ensemble, ensembleComponent, type EnsembleTeacherOptions } from './ensemble.js';
import { batchOf, cpuEngine, listener, TEXTS, tinyTeacher } from './tiny-teacher.fixture.js';

let folder: string;
let engine: Engine;
let models: TextModel[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-ensemble-'));
  engine = await cpuEngine();
  const [first, second] = [await tinyTeacher(1), (await tinyTeacher(2)) as TransformerModel];
  // Cuts words into other tokens than the first.
  const tokenizer = tokenizerFromJson(await trainWordPiece(['zzz'], { vocabularySize: 20 }));
  models = [first, second, modelFromWeights(second.config, tokenizer, second.weights)];
  for (const [index, model] of models.entries()) await model.save(join(folder, `model-${index}`));
});

afterAll(() => rm(folder, { recursive: true }));

const services = () => ({
  engine,
  resolvePath: (path: string) => join(folder, path),
  cacheFolder: join(folder, 'cache'),
  reporter: listener(),
});

function open(options: Partial<EnsembleTeacherOptions> = {}): Promise<Teacher> {
  return ensemble({ models: ['model-0', 'model-1'], ...options }, services());
}

const EXAMPLES = TEXTS.slice(0, 3).map((text, id) => ({ id: String(id), texts: [text] as const }));

async function logitsOf(options: Partial<EnsembleTeacherOptions>): Promise<number[]> {
  const teacher = await open(options);
  const batch = batchOf(models[0] as TextModel, TEXTS.slice(0, 3));
  const { logits } = await teacher.signals(batch, { logits: true, layers: [] });
  await teacher.dispose();
  return [...(logits?.data ?? [])];
}

const row = (...values: number[]): HostTensor => ({
  dtype: 'float32',
  shape: [1, values.length],
  data: Float32Array.from(values),
});

describe.each([
  ['with the layers of a member', { layersFrom: 1 }],
  [
    'of other tokenizers that keeps its signals',
    { models: ['model-0', 'model-2'], weights: [1, 3], signals: { cache: {} } },
  ],
])('teacher ensemble %s', (_, options) => {
  it.each(teacherChecks.map((check) => [check.name, check] as const))('%s', async (name, check) => {
    // Each opening finds what the one before it cached.
    if ('signals' in options) await rm(join(folder, 'cache'), { recursive: true, force: true });
    await check.run({ open: () => open(options), examples: EXAMPLES });
  });
});

describe('teacher ensemble', () => {
  it('is the weighted mean of its members', async () => {
    const single = (model: string) => logitsOf({ models: [model, model] });
    const [a, b] = [await single('model-0'), await single('model-1')];
    const mixed = await logitsOf({ weights: [1, 3] });
    mixed.forEach((value, i) => expect(value).toBeCloseTo(((a[i] ?? 0) + 3 * (b[i] ?? 0)) / 4, 5));
  });

  it('reads the texts through the tokenizer of each member', async () => {
    const other = models[2] as TextModel;
    const alone = await ensemble({ models: ['model-2', 'model-2'] }, services());
    const { logits } = await alone.signals(batchOf(other, TEXTS.slice(0, 3)), {
      logits: true,
      layers: [],
    });
    await alone.dispose();
    const first = await logitsOf({ models: ['model-0', 'model-0'] });
    const mixed = await logitsOf({ models: ['model-0', 'model-2'] });
    mixed.forEach((value, i) =>
      expect(value).toBeCloseTo(((first[i] ?? 0) + (logits?.data[i] ?? 0)) / 2, 4),
    );
  });

  it('shows the layers of the chosen member only, and those of no one else', async () => {
    const [none, chosen] = [await open(), await open({ layersFrom: 1 })];
    expect(none.description.provides).toEqual(['logits']);
    expect(none.model?.fingerprint).toBe(models[0]?.fingerprint);
    expect(chosen.description.provides).toContain('hidden');
    expect(chosen.model?.fingerprint).toBe(models[1]?.fingerprint);
    expect(chosen.members).toHaveLength(2);
    expect(chosen.fingerprint).not.toBe(none.fingerprint);
  });

  it('refuses weights and layers of models that are not there', () => {
    const problems = (options: object) =>
      ensembleComponent.settings
        .safeParse({ models: ['a', 'b'], ...options })
        .error?.issues.map(({ message }) => message);
    expect(problems({ weights: [1] })).toEqual(['There are 1 weights for 2 models.']);
    expect(problems({ layersFrom: 2 })).toEqual(['There are 2 models, 0 to 1.']);
  });

  it('refuses teachers with other classes', async () => {
    const [one, two] = [await open(), await open()];
    const other = { ...two, description: { ...two.description, labels: ['yes', 'no', 'maybe'] } };
    expect(() => ensembleTeacher([one, other])).toThrow(
      'the classes of model 0 are no, yes, maybe, of model 1 yes, no, maybe.',
    );
    expect(() => ensembleTeacher([one], { weights: [0] })).toThrow('give a positive one for each');
  });
});

describe('combinedLogits', () => {
  it('averages logits', () => {
    const { data } = combinedLogits([row(1, 0), row(3, -2)], [0.5, 0.5], 'logits');
    expect([...data]).toEqual([2, -1]);
  });

  it('averages probabilities', () => {
    // softmax(ln 3, 0) = (3/4, 1/4), softmax(0, 0) = (1/2, 1/2); mean (5/8, 3/8)
    const answers = [row(Math.log(3), 0), row(0, 0)];
    const { data } = combinedLogits(answers, [0.5, 0.5], 'probabilities');
    expect(Math.exp(data[0] as number)).toBeCloseTo(5 / 8, 6);
    expect(Math.exp(data[1] as number)).toBeCloseTo(3 / 8, 6);
    const far = combinedLogits([row(1000, 0), row(1000, 0)], [0.5, 0.5], 'probabilities').data;
    expect([...far]).toEqual([0, -1000]);
  });

  it('refuses predictions of other shapes', () => {
    expect(() => combinedLogits([row(1), row(1, 2)], [0.5, 0.5], 'logits')).toThrow(
      'one model gives logits [1, 1], another [1, 2]',
    );
  });
});
