import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Engine, Matching, Reporter, Teacher } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import type { Distillation } from './distillation.js';
import { runDistillation } from './run-distillation.js';
import {
  bagOfWords,
  lastToLast,
  silent,
  teacherOf,
  toyDistillation,
} from './toy-distillation.fixture.js';

/** Weighs its pair by the mean of all losses that it saw, and the loss at hand. */
const remembering = (losses: 'own' | 'previous'): Matching => ({
  ...lastToLast,
  weighting: () => {
    let [sum, count] = [0, 0];
    return {
      losses,
      weigh: ([loss = 0]) => Float32Array.of(0.5 + loss + (count > 0 ? sum / count : 0)),
      update: ([loss = 0]) => void ([sum, count] = [Math.fround(sum + loss), count + 1]),
      snapshot: () => ({
        seen: { dtype: 'float32', shape: [2], data: Float32Array.of(sum, count) },
      }),
      restore: ({ seen }) => void ([sum, count] = seen?.data as unknown as [number, number]),
    };
  },
});

jest.setTimeout(60_000); // several whole runs, each syncing its files to disk

describe('a run that was stopped', () => {
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

  it('continues a stopped run with the same bytes, wherever it was stopped', async () => {
    await runDistillation(parts(), { folder: join(folder, 'whole') });
    const whole = await bytesOf(join(folder, 'whole'));

    for (const stopAfter of [1, 13, 25]) {
      const run = join(folder, `stopped-${stopAfter}`);
      const stop = new AbortController();
      let steps = 0;
      const reporter: Reporter = {
        ...silent,
        progress: ({ unit }) => void (unit === 'steps' && ++steps === stopAfter && stop.abort()),
      };
      await expect(
        runDistillation(parts(), { folder: run, reporter, signal: stop.signal }),
      ).rejects.toThrow(/--resume to go on/);
      await runDistillation(parts(), { folder: run, resume: true });
      expect(await bytesOf(run)).toEqual(whole);
    }
  });

  it.each(['own', 'previous'] as const)(
    'continues a run whose pairs are weighed by their %s losses with the same bytes',
    async (losses) => {
      const weighed = () => {
        const [term] = parts().intermediate;
        return parts({ intermediate: [{ ...term, matching: remembering(losses) } as never] });
      };
      await runDistillation(weighed(), { folder: join(folder, 'whole') });
      const plain = await runDistillation(parts(), { folder: join(folder, 'plain') });
      const whole = await bytesOf(join(folder, 'whole'));
      expect(whole['student/model.safetensors']).not.toEqual(
        (await bytesOf(join(folder, 'plain')))['student/model.safetensors'],
      );
      expect(plain.steps).toBe(16);
      const run = join(folder, 'stopped');
      const stop = new AbortController();
      let steps = 0;
      const reporter: Reporter = {
        ...silent,
        progress: ({ unit }) => void (unit === 'steps' && ++steps === 25 && stop.abort()),
      };
      await expect(
        runDistillation(weighed(), { folder: run, reporter, signal: stop.signal }),
      ).rejects.toThrow(/--resume to go on/);
      expect(await readdir(join(run, 'checkpoints/student-kd/step-00000009'))).toContain(
        'feedback.safetensors',
      );
      await runDistillation(weighed(), { folder: run, resume: true });
      expect(await bytesOf(run)).toEqual(whole);
    },
  );

  it('goes back to the last whole checkpoint when the newest one is damaged, and still ends with the same bytes', async () => {
    await runDistillation(parts(), { folder: join(folder, 'whole') });
    const run = join(folder, 'damaged');
    const stop = new AbortController();
    let steps = 0;
    const reporter: Reporter = {
      ...silent,
      progress: ({ unit }) => void (unit === 'steps' && ++steps === 8 && stop.abort()),
    };
    await expect(
      runDistillation(parts(), { folder: run, reporter, signal: stop.signal }),
    ).rejects.toThrow(/Stopped after step 8 of 16/);
    const warnings: string[] = [];
    await writeFile(
      join(run, 'checkpoints/student-no-kd/step-00000008/weights.safetensors'),
      'torn',
    );

    await runDistillation(parts(), {
      folder: run,
      resume: true,
      reporter: { ...silent, warn: (text) => void warnings.push(text) },
    });

    expect(warnings).toEqual([
      expect.stringMatching(
        /step-00000008 is passed over: weights.safetensors does not match its checksum/,
      ),
    ]);
    expect(await bytesOf(run)).toEqual(await bytesOf(join(folder, 'whole')));
  });
});

async function bytesOf(run: string): Promise<Record<string, string>> {
  const files = [
    'metrics.jsonl',
    'student/model.safetensors',
    ...['student-no-kd', 'student-kd']
      .map((role) => `checkpoints/${role}/step-00000016`)
      .flatMap((step) => [`${step}/weights.safetensors`, `${step}/optimizer.safetensors`]),
  ];
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (file) => [file, (await readFile(join(run, file))).toString('base64')] as const,
      ),
    ),
  );
}
