import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Engine, Teacher, TextModel } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { bagOfWords, softMse, teacherOf, toyDistillation } from '../toy-distillation.fixture.js';
import type { MultiTaskParts } from './multi-task.js';
import { runMultiTask } from './run-multi-task.js';

jest.setTimeout(60_000);

describe('runMultiTask', () => {
  let folder: string;
  let engine: Engine;
  let teacher: Teacher;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-tasks-'));
    engine = await createEagerEngine({ backend: 'cpu' });
    teacher = await teacherOf(bagOfWords(6, 3), engine);
  });

  afterEach(async () => {
    await teacher.dispose();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const model: TextModel = { ...bagOfWords(4, 11), headWeights: ['head.weight'] };
  const parts = (student = model, names = ['a', 'b']): MultiTaskParts => {
    const { task, training, intermediate } = toyDistillation(engine, teacher);
    const objectives = [{ name: 'soft', objective: softMse }];
    return {
      engine,
      student: { build: async () => student },
      seed: 7,
      training: { ...training, maxSteps: 6 },
      tasks: names.map((name, index) => ({
        name,
        task,
        teacher,
        objectives,
        ...(index === 0 ? { intermediate } : {}),
      })),
    };
  };

  it('runs parts that code composes, without the student that has no teacher', async () => {
    const result = await runMultiTask(parts(), { folder: join(folder, 'run') });
    expect(result.name).toBe('multi-task');
    expect(result.steps).toBe(6);
    expect(result.tasks.map(({ share }) => share)).toEqual([0.5, 0.5]);
    expect(result.tasks[0]?.rows.map(({ role }) => role)).toEqual(['teacher', 'student-kd']);
    expect('gain' in result).toBe(false);
    // One table of 24 × 4 and two heads of 2 × 4.
    expect(result.parameters).toBe(24 * 4 + 2 * 2 * 4);
  });

  it.each<[string, () => MultiTaskParts, string]>([
    [
      'a student that does not tell its head',
      () => parts(bagOfWords(4, 11)),
      "tasks (a): a bag does not tell its head from its encoder, so tasks can't share it.",
    ],
    ['two tasks of one name', () => parts(model, ['a', 'a']), 'A task is called "a"; names are'],
    ['a name that is no folder', () => parts(model, ['a', '../b']), 'A task is called "../b"'],
    ['a single task', () => parts(model, ['a']), 'There is one task; a multi-task distillation'],
    [
      'an exponent out of range',
      () => ({ ...parts(), exponent: 2 }),
      'exponent is 2; expected a number from 0 to 1.',
    ],
    [
      'a task without objectives, naming it',
      () => {
        const [first, second] = parts().tasks as [MultiTaskParts['tasks'][0], MultiTaskParts['tasks'][0]]; // prettier-ignore
        return { ...parts(), tasks: [first, { ...second, objectives: [] }] };
      },
      'Task b: The pipeline has no objectives',
    ],
  ])('refuses %s', async (_, composed, message) => {
    await expect(runMultiTask(composed(), { folder: join(folder, 'run') })).rejects.toThrow(
      message,
    );
  });
});
