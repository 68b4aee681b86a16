import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DistillResult } from '@distiller/pipeline';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

jest.setTimeout(120_000);

const FINE = ['good', 'fine', 'great', 'lovely'];
const POOR = ['bad', 'poor', 'awful', 'dull'];
const NOUNS = ['film', 'play', 'book', 'song', 'meal', 'town', 'day', 'walk'];

/** Every noun with every adjective: what is said of it decides the label. */
function rows(adjectives: readonly string[], label: string): string[] {
  return NOUNS.flatMap((noun) => adjectives.map((adjective) => `a ${adjective} ${noun}\t${label}`));
}

const TASK = `task:
  use: file
  train: reviews.tsv
  validation: { fraction: 0.25, seed: 1 }
  transfer: unlabelled.tsv
`;
const TRAINING = `training: { epochs: 12, batchSize: 8, maxLength: 16, learningRate: 0.01, evaluateEvery: 36, checkpointEvery: 1000 }
`;

let folder: string;
let textsInCache = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-e2e-'));
  const labelled = [...rows(FINE, 'fine'), ...rows(POOR, 'poor')];
  await writeFile(join(folder, 'reviews.tsv'), ['text\tlabel', ...labelled, ''].join('\n'));
  const texts = labelled.map((line) => line.replace(/\t.*/, ' indeed'));
  await writeFile(join(folder, 'unlabelled.tsv'), ['text', ...texts, ''].join('\n'));
  await writeFile(
    join(folder, 'teacher.yaml'),
    `name: teacher
${TASK}model:
  use: bert
  layers: 2
  hiddenSize: 32
  heads: 2
  intermediateSize: 64
  maxLength: 16
  dropout: 0
  tokenizer: { train: { vocabularySize: 120 } }
${TRAINING}`,
  );
  await writeFile(
    join(folder, 'student.yaml'),
    `name: student
${TASK}teacher: { use: bert, model: runs/teacher/model, signals: { cache: {} } }
student: { use: bert, layers: 1, hiddenSize: 16, heads: 2, intermediateSize: 32, maxLength: 16, dropout: 0 }
objectives: [{ use: soft-cross-entropy }]
intermediate: [{ use: hidden-mse, matching: { use: last } }]
${TRAINING}`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command that must succeed, and parses what it prints. */
async function json<T>(...args: string[]): Promise<T> {
  const io = capturedIo({ folder });
  const code = await run([...args, '--json'], io);
  if (code !== 0) throw new Error(io.stderr);
  return JSON.parse(io.stdout) as T;
}

describe('distiller, from texts to a deployable student', () => {
  it('fine-tunes a teacher', async () => {
    const result = await json<{ scores: Record<string, number>; folder: string }>(
      'finetune',
      'teacher.yaml',
    );
    expect(result.folder).toBe(join(folder, 'runs/teacher'));
    expect(result.scores['accuracy']).toBeGreaterThan(0.9);
  });

  it('builds the signal cache of the recipe', async () => {
    const built = await json<{ computed: number }>('cache', 'build', 'student.yaml');
    expect(built.computed).toBeGreaterThan(0);
    const again = await json<{ computed: number }>('cache', 'build', 'student.yaml');
    expect(again.computed).toBe(0);
    const stores = await json<{ texts: number; flaws: unknown[] }[]>('cache', 'verify');
    expect(stores).toMatchObject([{ flaws: [] }]);
    expect(stores[0]?.texts).toBe(built.computed);
    textsInCache = built.computed;
  });

  it('distils a student and compares three models', async () => {
    const result = await json<DistillResult>('run', 'student.yaml');
    expect(result.rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    expect(result.rows[2]?.parameters).toBeLessThan(result.rows[0]?.parameters ?? 0);
    expect(result.rows[2]?.scores['accuracy']).toBeGreaterThan(0.9);
    const written = await readFile(join(folder, 'runs/student/result.json'), 'utf8');
    expect(result).toMatchObject(JSON.parse(written) as object);
  });

  it('finds all that the run wants in the cache that was built', async () => {
    const stores = await json<{ texts: number }[]>('cache', 'inspect');
    const built = await json<{ computed: number }>('cache', 'build', 'student.yaml');
    expect(built.computed).toBe(0);
    expect(stores).toHaveLength(1);
    expect(stores[0]?.texts).toBe(textsInCache);
  });

  it('does not write over a run, and blames the usage', async () => {
    const io = capturedIo({ folder });
    expect(await run(['run', 'student.yaml'], io)).toBe(2);
    expect(io.stderr).toMatch(/runs\/student already holds a run .*--resume.*--out/);
  });

  it('evaluates the student as the run did', async () => {
    const { rows } = JSON.parse(
      await readFile(join(folder, 'runs/student/result.json'), 'utf8'),
    ) as DistillResult;
    const { scores } = await json<{ scores: object }>(
      'evaluate',
      'runs/student',
      '--recipe',
      'student.yaml',
    );
    expect(scores).toEqual(rows[2]?.scores);
  });

  it('labels texts of arguments, a file and stdin alike', async () => {
    const texts = ['a lovely song', 'a awful day'];
    const fromArguments = capturedIo({ folder });
    expect(await run(['predict', 'runs/student', ...texts], fromArguments)).toBe(0);
    expect(fromArguments.stdout).toMatch(
      /^fine\t0\.\d{4}\ta lovely song\npoor\t0\.\d{4}\ta awful day\n$/,
    );

    async function* stdin() {
      yield new TextEncoder().encode(texts.join('\n'));
    }
    const fromStdin = capturedIo({ folder, in: stdin() });
    await run(['predict', 'runs/student'], fromStdin);
    await writeFile(join(folder, 'texts.txt'), texts.join('\n'));
    const fromFile = capturedIo({ folder });
    await run(['predict', 'runs/student', '--file', 'texts.txt'], fromFile);
    expect(fromStdin.stdout).toBe(fromArguments.stdout);
    expect(fromFile.stdout).toBe(fromArguments.stdout);
  });

  it('exports the student in both formats', async () => {
    for (const format of ['onnx', 'safetensors']) {
      const { bytes } = await json<{ bytes: number }>(
        'export',
        'runs/student',
        '--format',
        format,
        '--out',
        format,
      );
      expect(bytes).toBeGreaterThan(1000);
      const config = await readFile(join(folder, format, 'config.json'), 'utf8');
      expect(JSON.parse(config)).toMatchObject({ id2label: { 0: 'fine', 1: 'poor' } });
      await access(join(folder, format, 'tokenizer.json'));
    }
    await access(join(folder, 'onnx/onnx/model.onnx'));
  });

  it('stops in good order and goes on with --resume', async () => {
    const controller = new AbortController();
    const stopped = capturedIo({ folder, signal: controller.signal });
    const running = run(['finetune', 'teacher.yaml', '--out', 'stopped'], stopped);
    const watch = setInterval(() => {
      if (/model: 1\/\d+ steps/.test(stopped.stderr)) controller.abort();
    }, 1);
    try {
      expect(await running).toBe(1);
    } finally {
      clearInterval(watch);
    }
    expect(stopped.stderr).toMatch(/Stopped after step \d+ of \d+\..*--resume/);
    await json('finetune', 'teacher.yaml', '--out', 'stopped', '--resume');
    const weights = (path: string) => readFile(join(folder, path, 'model/model.safetensors'));
    expect((await weights('stopped')).equals(await weights('runs/teacher'))).toBe(true);
  });

  it.each([
    [['predict', 'nowhere', 'a'], 1, /nowhere/],
    [['predict', 'runs/student', '--file', 'nowhere.txt'], 1, /nowhere\.txt/],
    [['predict', 'runs/student', '--engine', 'onxn', 'a'], 2, /Did you mean "onnx"/],
    [['evaluate', 'runs/student'], 2, /name a task with --task, or a recipe with --recipe/],
    [['evaluate', 'runs/student', '--task', 'wordnet'], 2, /gives 2 logits but .* 45/],
    [['evaluate', 'runs/student', '--recipe', 'student.yaml', '--task', 'file'], 2, /has one task/],
    [['evaluate', 'runs/student', '--task', 'file', '--set', 'tsk.train=a'], 2, /tsk/],
  ])('says what is wrong with %j', async (args, code, message) => {
    const io = capturedIo({ folder });
    expect(await run(args, io)).toBe(code);
    expect(io.stderr).toMatch(message);
    expect(io.stdout).toBe('');
  });
});
