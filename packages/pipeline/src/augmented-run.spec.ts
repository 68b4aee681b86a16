import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Engine, Reporter } from '@distiller/core';
import { createEagerEngine, detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { Augmentation } from './augmentation/augmentation.js';
import { fixtureRegistry, workerPipeline } from './augmentation/fixture-plugin.fixture.js';
import type { DistillationParts } from './distillation.js';
import { fewOrMany, mixingBag, mixingTeacher } from './mixing-bag.fixture.js';
import { labelObjective, teacherObjective } from './objective-of-loss.js';
import { runDistillation } from './run-distillation.js';

jest.setTimeout(60_000); // several whole runs, each syncing its files to disk

const soft = teacherObjective(
  (student, teacher) => tf.mean(tf.squaredDifference(student, detach(teacher))) as tf.Scalar,
);
const hard = labelObjective(
  (student, labels) =>
    tf.neg(
      tf.mean(
        tf.sum(tf.mul(tf.logSoftmax(student), tf.gather(tf.eye(2), labels as tf.Tensor1D)), 1),
      ),
    ) as tf.Scalar,
);

const CHOICES = [{ use: 'double' }, { use: 'swap' }];
const registry = await fixtureRegistry();
const AUGMENTATION: Augmentation = {
  pipeline: await Promise.all(
    CHOICES.map(async (choice) => ({
      name: choice.use,
      augmenter: await registry.create('augmenter', choice),
    })),
  ),
  copies: 1,
  refreshEpochs: 1,
  repeated: 1,
};

describe('a run with augmentation and mixup', () => {
  let folder: string;
  let engine: Engine;
  let teacher: Awaited<ReturnType<typeof mixingTeacher>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-augmented-'));
    engine = await createEagerEngine({ backend: 'cpu' });
    teacher = await mixingTeacher(engine);
  });

  afterEach(async () => {
    await teacher.dispose();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const parts = (changes: Partial<DistillationParts> = {}): DistillationParts => ({
    seed: 7,
    engine,
    task: fewOrMany,
    teacher,
    student: { build: async () => mixingBag(4, 11) },
    objectives: [
      { name: 'soft', objective: soft },
      { name: 'hard', weight: 0.5, objective: hard },
    ],
    training: { epochs: 2, batchSize: 4, lengths: [4, 8, 16], learningRate: 0.05, logEvery: 1 },
    augmentation: AUGMENTATION,
    mixup: {},
    ...changes,
  });

  const run = (name: string, changes: Partial<DistillationParts> = {}, options = {}) =>
    runDistillation(parts(changes), { folder: join(folder, name), ...options });

  const bytesOf = async (name: string) =>
    Promise.all(
      ['metrics.jsonl', 'student/model.safetensors'].map(async (file) =>
        (await readFile(join(folder, name, file))).toString('base64'),
      ),
    );

  it('has the same bytes in other threads, and after a stop anywhere', async () => {
    // 2 epochs of (12 + 12 augmented + 8 unlabelled) texts in batches of 4.
    expect((await run('whole')).steps).toBe(16);
    const whole = await bytesOf('whole');
    const pipeline = workerPipeline(2, CHOICES);
    await run('threads', { augmentation: { ...AUGMENTATION, pipeline } });
    expect(await bytesOf('threads')).toEqual(whole);

    for (const stopAfter of [3, 11]) {
      const stop = new AbortController();
      let steps = 0;
      const reporter: Reporter = {
        info: () => undefined,
        warn: () => undefined,
        progress: ({ unit }) => void (unit === 'steps' && ++steps === stopAfter && stop.abort()),
      };
      const name = `stopped-${stopAfter}`;
      await expect(run(name, {}, { reporter, signal: stop.signal })).rejects.toThrow(
        `Stopped after step ${stopAfter} of 16`,
      );
      await run(name, {}, { resume: true });
      expect(await bytesOf(name)).toEqual(whole);
    }
  });

  it('trains the student without a teacher on the originals alone', async () => {
    const changes = { baseline: hard, mixup: undefined };
    await run('augmented', changes);
    await run('plain', {
      ...changes,
      augmentation: undefined,
      training: { ...parts().training, epochs: 3.2 },
    });
    const withoutTeacher = async (name: string) =>
      (await readFile(join(folder, name, 'metrics.jsonl'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('student-no-kd') && line.includes('gradientNorm'))
        .map((line) => JSON.parse(line).loss);
    const losses = await withoutTeacher('augmented');
    expect(losses).toHaveLength(16);
    expect(await withoutTeacher('plain')).toEqual(losses);
  });

  it('asks the teacher about augmented texts, but leaves those without labels as they are', async () => {
    await run('run', { mixup: undefined });
    const asked = new Set(teacher.asked.flat());
    const unlabelled: string[] = [];
    for await (const { texts } of fewOrMany.read('transfer')) unlabelled.push(texts[0]);
    for (const text of unlabelled) expect(asked).toContain(text);
    // Originals, unlabelled texts, and two generations of 12 that are nearly all new.
    expect(asked.size).toBeGreaterThan(12 + 8 + 12);
  });

  it('saves what is done when it is stopped while it waits for texts', async () => {
    const stop = new AbortController();
    const reporter: Reporter = {
      info: () => undefined,
      warn: () => undefined,
      progress: ({ done, unit }) =>
        void (unit === 'steps' && done === 4 && setTimeout(() => stop.abort(), 50)),
    };
    const slow = {
      augment: (texts: readonly string[], _: unknown, signal?: AbortSignal) =>
        teacher.asked.length < 4
          ? Promise.resolve(texts)
          : new Promise<readonly string[]>((_, reject) =>
              signal?.addEventListener('abort', () => reject(new Error('stopped'))),
            ),
    };
    await expect(
      run(
        'run',
        {
          task: { ...fewOrMany, splits: ['train', 'validation'] },
          mixup: undefined,
          augmentation: {
            copies: 0,
            repeated: 2,
            pipeline: [{ name: 'slow', augmenter: slow as never }],
          },
        },
        { reporter, signal: stop.signal },
      ),
    ).rejects.toThrow(/Stopped after step 5 of 6. Everything is saved/);
  });

  it('keeps no tensor and needs a student that mixes', async () => {
    const before = tf.memory().numTensors;
    const bag = mixingBag(4, 11);
    const deaf = {
      ...bag,
      forward: ((params, inputs, context) =>
        bag.forward(
          params,
          { ids: inputs.ids, mask: inputs.mask, types: inputs.types },
          context,
        )) as typeof bag.forward,
    };
    await expect(run('deaf', { student: { build: async () => deaf } })).rejects.toThrow(
      'mixup: the student gave 4 rows for 4 texts; a model that mixes gives 8.',
    );
    await run('run', { augmentation: { ...AUGMENTATION, copies: 0, repeated: 2 } });
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2); // the teacher holds its weights
  });

  it.each([
    [{ mixup: { alpha: 0 } }, /mixup.*alpha/s],
    [{ training: { tokenBudget: 64 } }, /training.tokenBudget: under it the number of batches/],
    [{ augmentation: { ...AUGMENTATION, copies: 0 } }, /nothing is augmented/],
  ] as [Partial<DistillationParts>, RegExp][])('refuses %j', async (changes, reason) => {
    await expect(run('refused', changes)).rejects.toThrow(reason);
  });
});
