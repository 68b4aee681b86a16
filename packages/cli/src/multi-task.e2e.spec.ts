import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRng, type TaskKind } from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { readSafetensors } from '@distiller/engine';
import type { MultiTaskResult } from '@distiller/pipeline';
import { createModel, transformerConfig } from '@distiller/transformer';
import { ROWS, TinyWorkspace, tsv } from './tiny-workspace.fixture.js';

jest.setTimeout(120_000);

/** Two classes, three classes, a value; of 36, 18 and 12 texts. */
const TEXTS = ROWS.map((row) => row.split('\t')[0] as string);
const THINGS = TEXTS.filter((text) => /film|play|book/.test(text)).map(
  (text) => `${text}\t${text.split(' ')[2]}`,
);
const VALUES = TEXTS.filter((text) => /good|bad/.test(text)).map(
  (text) => `${text}\t${text.includes('good') ? 0.9 : 0.1}`,
);

const RECIPE = `name: three
student: { use: bert, layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 16 }
engine: { use: onnx, threads: 1 }
objectives: [{ use: soft-cross-entropy }, { use: hard-label, weight: 0.5 }]
tasks:
  - name: reviews
    task: { use: file, train: reviews.tsv, validation: { fraction: 0.25 } }
    teacher: { use: bert, model: teacher }
    intermediate: [{ use: hidden-mse, matching: { use: emd } }]
  - name: things
    task: { use: file, train: things.tsv, validation: things.tsv }
    teacher: { use: bert, model: things-teacher }
    intermediate: [{ use: hidden-mse, matching: { use: skip } }]
  - name: values
    task: { use: file, kind: regression, train: values.tsv, validation: values.tsv }
    teacher: { use: bert, model: values-teacher }
    objectives: [{ use: logit-mse }]
training: { maxSteps: 16, epochs: 20, batchSize: 6, maxLength: 16, learningRate: 0.01, checkpointEvery: 1, logEvery: 1, accumulate: 2, evaluateEvery: 6 }
`;

type Line = Readonly<Record<string, unknown>>;

describe('a recipe with several tasks', () => {
  let workspace: TinyWorkspace;
  let result: MultiTaskResult;
  let lines: readonly Line[];

  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    await workspace.write('things.tsv', tsv(THINGS));
    await workspace.write('values.tsv', tsv(VALUES));
    await workspace.write('three.yaml', RECIPE);
    const teacher = async (name: string, labels: string[], problem: TaskKind) => {
      const tokenizer = await loadTokenizer(workspace.path('teacher'));
      const config = transformerConfig({
        family: 'bert',
        vocabularySize: tokenizer.vocabularySize,
        hiddenSize: 16,
        layers: 2,
        heads: 2,
        intermediateSize: 32,
        maxPositions: 16,
        labels,
        problem,
      });
      await createModel(config, tokenizer, createRng(2)).save(workspace.path(name));
    };
    await teacher('things-teacher', ['book', 'film', 'play'], 'classification');
    await teacher('values-teacher', [], 'regression');
    const { code, stdout, stderr } = await workspace.run(['--json', 'run', 'three.yaml', '--out', 'runs/whole']); // prettier-ignore
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    result = JSON.parse(stdout) as MultiTaskResult;
    lines = (await readFile(workspace.path('runs/whole/metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  });
  afterAll(() => workspace.remove());

  it('compares teachers and students on every task, and selects by the mean', () => {
    expect(result.tasks.map(({ name, metric }) => [name, metric])).toEqual([
      ['reviews', 'accuracy'],
      ['things', 'accuracy'],
      ['values', 'pearson-spearman'],
    ]);
    for (const { rows } of result.tasks)
      expect(rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    const scores = result.tasks.map(({ rows, metric }) => rows[2]?.scores[metric] ?? NaN);
    expect(result.mean['student-kd']).toBeCloseTo(scores.reduce((a, b) => a + b) / 3, 12);
    const evaluation = lines.findLast((line) => 'evaluation' in line)?.['evaluation'] as Record<string, number>; // prettier-ignore
    const { mean, ...own } = evaluation;
    expect(own).toMatchObject({ 'reviews/accuracy': expect.any(Number) });
    expect(mean).toBeCloseTo(
      ((own['reviews/accuracy'] ?? NaN) +
        (own['things/accuracy'] ?? NaN) +
        (own['values/pearson-spearman'] ?? NaN)) /
        3,
      12,
    );
  });

  it('draws batches by the root of the number of texts', () => {
    // 27 of the 36 reviews are trained on.
    expect(result.tasks.map(({ texts }) => texts)).toEqual([27, 18, 12]);
    const sum = Math.sqrt(27) + Math.sqrt(18) + Math.sqrt(12);
    result.tasks.forEach(({ share, texts }) => expect(share).toBeCloseTo(Math.sqrt(texts) / sum));
    expect(result.tasks.reduce((total, { batches }) => total + batches, 0)).toBe(32);
  });

  it('trains every head and every term, and the student without a teacher on the same tasks', () => {
    const seen = (role: string) =>
      lines.flatMap((line) =>
        line['role'] === role && line['losses'] ? [Object.keys(line['losses'] as object)] : [],
      );
    const [alone, distilled] = [seen('student-no-kd'), seen('student-kd')];
    expect(new Set(distilled.flat())).toEqual(
      new Set([
        'reviews/soft-cross-entropy',
        'reviews/hard-label',
        'reviews/hidden-mse',
        'things/soft-cross-entropy',
        'things/hard-label',
        'things/hidden-mse',
        'values/logit-mse',
      ]),
    );
    const taskOf = (names: readonly string[]) => names[0]?.split('/')[0];
    expect(alone.map(taskOf)).toEqual(distilled.map(taskOf));
  });

  it('writes a whole student for each task around one encoder', async () => {
    const names = ['reviews', 'things', 'values'];
    const [first, ...others] = await Promise.all(
      names.map(
        async (name) =>
          (await readSafetensors(workspace.path(`runs/whole/student/${name}/model.safetensors`)))
            .tensors,
      ),
    );
    for (const other of others) {
      for (const [name, { data }] of Object.entries(first ?? {}))
        if (!/^classifier|pooler/.test(name)) expect(other[name]?.data).toEqual(data);
    }
    const heads = [first, ...others].map((tensors) => tensors?.['classifier.weight']?.shape);
    expect(heads).toEqual([
      [2, 8],
      [3, 8],
      [1, 8],
    ]);
    const { code, stdout } = await workspace.run(['predict', 'runs/whole/student/things', 'a good film']); // prettier-ignore
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(book|film|play)\t/);
    const several = await workspace.run(['predict', 'runs/whole', 'a good film']);
    expect(several.code).toBe(1);
    expect(several.stderr).toMatch(/a run with several tasks.*student.reviews, .*student.things, /);
  });

  it('scores the student of a task as the run did', async () => {
    const args = ['--json', 'evaluate', 'runs/whole', '--recipe', 'three.yaml', '--split', 'validation', '--task']; // prettier-ignore
    for (const { name, metric, rows } of result.tasks) {
      const { code, stdout } = await workspace.run([...args, name]);
      expect(code).toBe(0);
      const { scores } = JSON.parse(stdout) as { scores: Record<string, number> };
      expect(scores[metric]).toBeCloseTo(rows.at(-1)?.scores[metric] ?? NaN, 6);
    }
    const whose = await workspace.run(['evaluate', 'runs/whole', '--recipe', 'three.yaml']);
    expect(whose.code).toBe(2);
    expect(whose.stderr).toMatch(/Choose one by --task: reviews, things, values\./);
    const none = await workspace.run([...args, 'nothing']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/none is called "nothing"/);
  });

  it('keeps the signals of every task’s teacher before the run', async () => {
    const cached = RECIPE.replaceAll(/(teacher: \{ use: bert, model: (?:things-)?teacher) \}/g, '$1, signals: { cache: {} } }'); // prettier-ignore
    await workspace.write('cached.yaml', cached);
    const build = ['--json', 'cache', 'build', 'cached.yaml', '--cache', 'kept'];
    const counts = async () => JSON.parse((await workspace.run(build)).stdout) as unknown;
    // The 27 reviews and 18 things; the teacher of values keeps nothing.
    expect(await counts()).toEqual({ computed: 45, cached: 0 });
    expect(await counts()).toEqual({ computed: 0, cached: 45 });
    const run = ['run', 'cached.yaml', '--out', 'runs/cached', '--cache', 'kept', '--set', 'baseline=false']; // prettier-ignore
    expect((await workspace.run(run)).code).toBe(0);
    const stores = await workspace.run(['--json', 'cache', 'inspect', 'kept']);
    const texts = (JSON.parse(stores.stdout) as { texts: number }[]).map((store) => store.texts);
    expect(texts.sort()).toEqual([18, 27]);
    const nothing = await workspace.run(['cache', 'build', 'three.yaml']);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/None of the teachers keeps signals/);
  });

  it('goes on after a stop and ends with the same bytes', async () => {
    const stopped = await workspace.run(['run', 'three.yaml', '--out', 'runs/again'], (said, controller) => {
      if (/student-kd: 1\/16/.test(said)) controller.abort();
    }); // prettier-ignore
    expect(stopped.code).toBe(1);
    const resumed = await workspace.run(['run', 'three.yaml', '--out', 'runs/again', '--resume']);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toMatch(/mean +\d\.\d{4}/);
    for (const file of ['student/values/model.safetensors', 'student/reviews/model.safetensors', 'metrics.jsonl']) {
      const [whole, again] = await Promise.all(
        ['whole', 'again'].map((run) => readFile(workspace.path('runs', run, file))),
      );
      expect(again?.equals(whole as Buffer)).toBe(true);
    } // prettier-ignore
  });

  it.each([
    'augmentation={ pipeline: [{ use: random, operation: swap }], workers: 0 }',
    'mixup={ alpha: 0.4 }',
  ])('trains with %s', async (block) => {
    const out = `runs/${block.split('=')[0]}`;
    const args = [
      'run',
      'three.yaml',
      '--out',
      out,
      '--set',
      block,
      '--set',
      'training.maxSteps=2',
    ];
    const { code, stderr } = await workspace.run(args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('warns once when it compiles graphs that it had dropped', async () => {
    const few = ['engine.graphs=1', 'training.maxSteps=8', 'baseline=false'];
    const settings = few.flatMap((set) => ['--set', set]);
    const { code, stderr } = await workspace.run(['run', 'three.yaml', '--out', 'runs/few', ...settings]); // prettier-ignore
    expect(code).toBe(0);
    const warnings = stderr.match(/than the 1 compiled graphs that are kept/g) ?? [];
    expect(warnings).toHaveLength(1);
  });

  it('tells what is wrong with its tasks all at once', async () => {
    const wrong = RECIPE.replace('name: things', 'name: reviews')
      .replace('    teacher: { use: bert, model: values-teacher }\n', '')
      .replace('engine:', 'sampling: { exponent: 2 }\nengine:');
    await workspace.write('wrong.yaml', wrong);
    const { code, stderr } = await workspace.run(['run', 'wrong.yaml', '--out', 'runs/wrong']);
    expect(code).toBe(2);
    expect(stderr).toContain('sampling.exponent');
    await workspace.write('wrong.yaml', wrong.replace('exponent: 2', 'exponent: 1'));
    const second = await workspace.run(['config', 'validate', 'wrong.yaml']);
    expect(second.stderr).toContain('tasks.1.name: another task is called "reviews" already');
    expect(second.stderr).toContain('tasks.2.teacher: is missing');
  });

  it('refuses students without a common encoder', async () => {
    await workspace.write(
      'apart.yaml',
      RECIPE.replace(
        /student: .*/,
        'student: { use: bert, initialise: { teacherLayers: [0] } }',
      ).replace('model: things-teacher', 'model: narrow-teacher'),
    );
    const tokenizer = await loadTokenizer(workspace.path('teacher'));
    const config = transformerConfig({
      family: 'bert',
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 8,
      layers: 2,
      heads: 2,
      intermediateSize: 32,
      maxPositions: 16,
      labels: ['book', 'film', 'play'],
    });
    await createModel(config, tokenizer, createRng(2)).save(workspace.path('narrow-teacher'));
    const { code, stderr } = await workspace.run(['run', 'apart.yaml', '--out', 'runs/apart']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "The students of the tasks reviews and things can't share their encoder",
    );
  });
});
