import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Engine, Objective, Teacher, TokenizerModel } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import type { Distillation } from './distillation.js';
import { runDistillation } from './run-distillation.js';
import type { TrainingEvaluation } from './run-options.js';
import {
  bagOfWords,
  softMse,
  task,
  teacherOf,
  tokenizer,
  toyDistillation,
} from './toy-distillation.fixture.js';

jest.setTimeout(60_000); // several whole runs, each syncing its files to disk

describe('runDistillation', () => {
  let folder: string;
  let engine: Engine;
  let teacher: Teacher;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-run-'));
    engine = await createEagerEngine({ backend: 'cpu' });
    teacher = await teacherOf(bagOfWords(6, 3), engine);
  });

  afterEach(async () => {
    await teacher.dispose();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const parts = (changes: Partial<Distillation> = {}): Distillation => ({
    ...toyDistillation(engine, teacher),
    ...changes,
  });

  it('trains both students for the same steps and reports three rows on the labelled test split', async () => {
    const result = await runDistillation(parts(), { folder: join(folder, 'run') });

    expect(result.rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    expect(result.steps).toBe(16); // 2 epochs of (24 + 40) texts in batches of 8
    expect(result.scoredOn).toBe('test');
    expect(result.rows[1]?.parameters).toBe(24 * 4 + 2 * 4);
    const lines = (await readFile(join(folder, 'run/metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps = (role: string) =>
      lines.filter((line) => line.role === role && line.loss !== undefined).map(({ step }) => step);
    expect(steps('student-kd')).toEqual(steps('student-no-kd'));
    const kd = lines.filter((line) => line.role === 'student-kd' && line.loss !== undefined);
    expect(
      kd.some(({ losses }) => !('labels' in losses)) && kd.some(({ losses }) => 'labels' in losses),
    ).toBe(true);
    expect(await readdir(join(folder, 'run/student'))).toEqual(['model.safetensors']);
    expect(JSON.parse(await readFile(join(folder, 'run/result.json'), 'utf8'))).toEqual(result);
  });

  it('learns from as many labelled texts as it is told to, and from all others', async () => {
    const { training, ...others } = parts();
    const result = await runDistillation(
      { ...others, training: { ...training, maxExamples: 8 } },
      { folder: join(folder, 'run') },
    );
    expect(result.steps).toBe(12); // 2 epochs of (8 + 40) texts in batches of 8
  });

  it('tells of every evaluation, and ends a training when it is told to', async () => {
    const heard: TrainingEvaluation[] = [];
    const result = await runDistillation(parts({ baseline: undefined }), {
      folder: join(folder, 'run'),
      onEvaluation: (evaluation) => {
        heard.push(evaluation);
        return evaluation.step < 8;
      },
    });
    expect(heard.at(-1)).toMatchObject({
      role: 'student-kd',
      step: 8,
      totalSteps: 16,
      selects: 'accuracy',
      bestScores: { accuracy: expect.any(Number) },
    });
    expect(result.steps).toBe(8);
  });

  it('refuses to write over another run', async () => {
    await writeFile(join(folder, 'result.json'), '{}');
    await expect(runDistillation(parts(), { folder })).rejects.toThrow(
      /already holds a run \(result.json\). Continue it with --resume/,
    );
  });

  it('names step, remedy and what is left when the loss is not finite', async () => {
    const poisoned: Objective = {
      ...softMse,
      loss: (input) => tf.div(softMse.loss(input), 0) as tf.Scalar,
    };
    const broken = parts({
      objectives: [{ name: 'poisoned', weight: 1, objective: poisoned }],
      baseline: undefined,
    });
    await expect(runDistillation(broken, { folder: join(folder, 'run') })).rejects.toMatchObject({
      code: 'numeric',
      message: expect.stringMatching(
        /^student-kd, after 0 of 16 steps: .*training\.learningRate is 0\.05\. There was no checkpoint yet\./s,
      ),
    });
  });

  it('refuses to match layers when the tokenizers differ', async () => {
    // Leaves out the last token of every text.
    const encode: TokenizerModel['encode'] = (texts, length) => {
      const { ids, types } = tokenizer.encode(texts, length);
      return { ids: ids.slice(0, -1), types: types.slice(0, -1) };
    };
    const other = { ...tokenizer, encode, fingerprint: 'other' };
    const student = { ...bagOfWords(4, 11), tokenizer: other };
    await expect(
      runDistillation(parts({ student: { build: async () => student } }), {
        folder: join(folder, 'run'),
      }),
    ).rejects.toThrow(
      /teacher and student cut the texts into different tokens. Give the student `tokenizer: teacher`/,
    );
  });

  it('matches layers when the tokenizers number the same tokens otherwise', async () => {
    // 2, 3, 4 … for 1, 2, 3 …
    const encode: TokenizerModel['encode'] = (texts, length) => {
      const { ids, types } = tokenizer.encode(texts, length);
      return { ids: ids.map((id) => (id === 0 ? 0 : (id % 23) + 1)), types };
    };
    const other = { ...tokenizer, encode, fingerprint: 'other' };
    const student = { ...bagOfWords(4, 11), tokenizer: other };
    const training = { ...parts().training, maxSteps: 1 };
    const { steps } = await runDistillation(
      parts({ student: { build: async () => student }, training, baseline: undefined }),
      { folder: join(folder, 'run') },
    );
    expect(steps).toBe(1);
  });

  it('scores the answers of a teacher of several models, and counts them all', async () => {
    const members = [bagOfWords(6, 3), bagOfWords(6, 3)];
    const run = (given: Teacher, name: string) =>
      runDistillation(parts({ teacher: given, baseline: undefined }), {
        folder: join(folder, name),
      });
    const [single, several] = [await run(teacher, 'a'), await run({ ...teacher, members }, 'b')];
    expect(several.rows[0]?.scores).toEqual(single.rows[0]?.scores);
    expect(several.rows[0]?.parameters).toBe(2 * (single.rows[0]?.parameters ?? NaN));
  });

  it('reads the texts for a teacher with a tokenizer of its own', async () => {
    const asked: number[] = [];
    const encode: TokenizerModel['encode'] = () => ({ ids: [1, 1, 1], types: [0, 0, 0] });
    const { model, ...rest } = teacher;
    const blackBox: Teacher = {
      ...rest,
      tokenizer: { ...tokenizer, encode, fingerprint: 'theirs' },
      signals: async (batch, needs) => {
        asked.push(...(batch.encodings['teacher']?.['ids']?.data.subarray(0, 3) ?? []));
        return teacher.signals(batch, needs);
      },
    };
    expect(model).toBeDefined();
    await runDistillation(parts({ teacher: blackBox, intermediate: [], baseline: undefined }), {
      folder: join(folder, 'run'),
    });
    expect(new Set(asked)).toEqual(new Set([1]));
  });

  it('stops early when the score no longer improves', async () => {
    const training = { ...parts().training, epochs: 20, patience: 1, evaluateEvery: 2 };
    const scores = [0.5, 0.6, 0.4];
    const evaluation = () => ({
      add: () => undefined,
      scores: () => ({ accuracy: scores.shift() ?? 0 }),
    });
    const scored = { ...task, evaluation };
    const result = await runDistillation(parts({ training, task: scored, baseline: undefined }), {
      folder: join(folder, 'run'),
    });
    expect(result.steps).toBe(6);
  });

  it('keeps no tensor', async () => {
    await runDistillation(parts(), { folder: join(folder, 'first') }); // the teacher now holds its weights
    const before = tf.memory().numTensors;
    await runDistillation(parts(), { folder: join(folder, 'run') });
    expect(tf.memory().numTensors).toBe(before);
  });
});
