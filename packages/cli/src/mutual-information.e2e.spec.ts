import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readSafetensorsHeader } from '@distiller/engine';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

const RUN = [
  'run',
  'recipe.yaml',
  '--set',
  'intermediate=[{ use: mi-alpha, alpha: 0.9, matching: { use: skip } }]',
  '--set',
  'training={ epochs: 9, maxSteps: 16, batchSize: 16, maxLength: 16, learningRate: 0.01, checkpointEvery: 8, logEvery: 1 }',
];

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  const { code, stderr } = await workspace.run([...RUN, '--out', 'whole']);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => workspace.remove());

const namesIn = async (...path: string[]) =>
  Object.keys((await readSafetensorsHeader(workspace.path(...path))).tensors);

it('raises the information that the student shares with the teacher', async () => {
  const lines = (await readFile(workspace.path('whole/metrics.jsonl'), 'utf8')).trim().split('\n');
  const losses = lines
    .map((line) => JSON.parse(line) as { role: string; losses?: Record<string, number> })
    .flatMap(({ role, losses }) => (role === 'student-kd' && losses ? [losses['mi-alpha']] : []));
  expect(losses).toHaveLength(16);
  const mean = (part: typeof losses) =>
    part.reduce<number>((sum, loss) => sum + (loss ?? NaN), 0) / part.length;
  expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)) - 0.1);
});

it('keeps the critics in checkpoints, and exports none of them', async () => {
  const kept = await namesIn('whole/checkpoints/student-kd/step-00000016/weights.safetensors');
  expect(kept).toContain('intermediate/0/1/logTemperature');
  const exported = await namesIn('whole/student/model.safetensors');
  expect(exported.length).toBeGreaterThan(10);
  expect(exported.filter((name) => /^intermediate|baseline|logTemperature/.test(name))).toEqual([]);
});

it('goes on with the same bytes where it was stopped', async () => {
  const stopped = await workspace.run([...RUN, '--out', 'stopped'], (said, controller) => {
    if (/student-kd: 1\/16/.test(said)) controller.abort();
  });
  expect(stopped.stderr).toMatch(/^Stopped after step \d+ of 16\. .*--resume/m);
  const { code } = await workspace.run([...RUN, '--out', 'stopped', '--resume']);
  expect(code).toBe(0);
  for (const file of ['student/model.safetensors', 'metrics.jsonl']) {
    const [again, whole] = await Promise.all(
      ['stopped', 'whole'].map((run) => readFile(workspace.path(run, file))),
    );
    expect(again?.equals(whole as Buffer)).toBe(true);
  }
});

it('takes every bound with a shared Transformer that drops out', async () => {
  const critic =
    '{ kind: transformer, hidden: 16, layers: 1, heads: 2, out: 8, pool: tokens, shared: true }';
  const terms = [
    ...['mi-alpha', 'info-nce', 'tuba', 'nwj', 'jensen-shannon-mi', 'donsker-varadhan'].map(
      (name) => `{ use: ${name}, critic: ${critic}, matching: { use: last } }`,
    ),
    '{ use: crd, size: 8, matching: { use: last } }',
  ];
  const set = ['--set', `intermediate=[${terms.join(', ')}]`, '--set', 'training.maxSteps=2'];
  const { code, stderr } = await workspace.run(['run', 'recipe.yaml', ...set, '--out', 'all']);
  expect(stderr).toMatch(/student-kd: step 2, accuracy/);
  expect(code).toBe(0);
  const kept = await namesIn('all/checkpoints/student-kd/step-00000002/weights.safetensors');
  expect(kept).toContain('intermediate/0/shared/baseline.out.weight');
  expect(kept).toContain('intermediate/6/0/teacher.layer.0.weight');
});
