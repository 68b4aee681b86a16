import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await TinyWorkspace.make();
});

afterAll(() => workspace.remove());

/** `hidden-mse` and `attention-mse` on all pairs of layers, with dropout and two micro-batches a step. */
function recipe(losses: 'own' | 'previous'): string[] {
  const matching = `{ use: emd, losses: ${losses}, share: layers }`;
  const terms = ['hidden-mse', 'attention-mse'].map(
    (name) => `{ use: ${name}, matching: ${matching} }`,
  );
  return [
    ...['run', 'recipe.yaml', '--set', 'baseline=false', '--set', 'student.layers=2'],
    ...['--set', 'training.accumulate=2', '--set', 'training.batchSize=4'],
    ...['--set', `intermediate=[${terms.join(', ')}]`],
  ];
}

async function succeed(args: readonly string[]): Promise<void> {
  const { code, stderr } = await workspace.run(args);
  if (code !== 0) throw new Error(stderr);
}

const bytesOf = async (run: string) =>
  Promise.all(
    [
      'student/model.safetensors',
      'metrics.jsonl',
      'checkpoints/student-kd/step-00000004/feedback.safetensors',
    ].map((file) => readFile(workspace.path(run, file), 'base64')),
  );

describe.each(['own', 'previous'] as const)('emd by %s losses, on onnx', (losses) => {
  it('trains, and a stopped run ends with the same bytes', async () => {
    await succeed([...recipe(losses), '--out', `whole-${losses}`]);
    const whole = await bytesOf(`whole-${losses}`);

    const out = `stopped-${losses}`;
    const stopped = await workspace.run([...recipe(losses), '--out', out], (said, controller) => {
      if (/student-kd: 1\/4/.test(said)) controller.abort();
    });
    expect(stopped.stderr).toMatch(/^Stopped after step [12] of 4\./m);
    await succeed([...recipe(losses), '--out', out, '--resume']);

    expect(await bytesOf(out)).toEqual(whole);
  });
});

it('leaves checkpoints without emd as they were', async () => {
  await succeed(['run', 'recipe.yaml', '--out', 'plain']);
  expect(await readdir(workspace.path('plain/checkpoints/student-kd/step-00000004'))).toEqual([
    'manifest.json',
    'optimizer.safetensors',
    'progress.json',
    'weights.safetensors',
  ]);
});
