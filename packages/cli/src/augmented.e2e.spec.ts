import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(120_000);

const PLUGIN = fileURLToPath(
  new URL('../../pipeline/src/augmentation/augmenters.fixture.mjs', import.meta.url),
);

const recipe = (signals: string) => `name: augmented
plugins: ['${PLUGIN}']
task: { use: file, train: reviews.tsv, validation: { fraction: 0.25 } }
teacher: { use: bert, model: teacher, signals: ${signals} }
student: { use: bert, layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 16 }
objectives: [{ use: soft-cross-entropy }, { use: hard-label, weight: 0.5 }]
intermediate: [{ use: hidden-mse }]
engine: { use: onnx, threads: 1 }
training: { epochs: 2, batchSize: 16, maxLength: 16, learningRate: 0.01, lengths: [16] }
baseline: false
augmentation: { pipeline: [{ use: double, p: 0.5 }, { use: swap }], workers: 1, refreshEpochs: 1 }
`;

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  await workspace.write('online.yaml', `${recipe('online')}mixup: {}\n`);
  await workspace.write('cached.yaml', recipe('{ cache: {} }'));
});
afterAll(() => workspace.remove());

describe('distiller run with augmentation', () => {
  it('trains on augmented and mixed texts, with the same student whatever the threads', async () => {
    const students = [];
    for (const workers of [0, 2]) {
      const out = `runs/online-${workers}`;
      const set = `augmentation.workers=${workers}`;
      const run = await workspace.run(['run', 'online.yaml', '--out', out, '--set', set, '--json']);
      expect(run).toMatchObject({ code: 0, stderr: expect.not.stringContaining('main thread') });
      expect(JSON.parse(run.stdout).steps).toBe(8); // 2 epochs of (27 + 27) texts in batches of 16
      students.push((await workspace.contents(`${out}/student`))['model.safetensors']);
    }
    expect(students[0]).toBe(students[1]);
  });

  it('learns from fewer examples, and their augmented copies', async () => {
    const fewer = ['--set', 'training.maxExamples=12'];
    const args = ['run', 'online.yaml', '--out', 'runs/fewer', ...fewer, '--json'];
    const { stdout } = await workspace.run(args);
    expect(JSON.parse(stdout).steps).toBe(4); // 2 epochs of (12 + 12) texts in batches of 16
    const tuned = `task: { use: file, train: reviews.tsv, validation: { fraction: 0.25 } }
model: { use: bert, initialise: { folder: teacher } }
training: { epochs: 2, batchSize: 4, maxLength: 16 }
`;
    await workspace.write('tuned.yaml', tuned);
    const finetuned = await workspace.run(['finetune', 'tuned.yaml', ...fewer, '--json']);
    expect(JSON.parse(finetuned.stdout).steps).toBe(6); // 2 epochs of 12 texts in batches of 4
  });

  it('asks a cached teacher about augmented texts, and refuses to mix with one', async () => {
    const run = await workspace.run(['run', 'cached.yaml', '--out', 'runs/cached']);
    expect(run).toMatchObject({ code: 0 });
    const refused = await workspace.run(['run', 'cached.yaml', '--set', 'mixup={}']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/mixup: the teacher's signals are cached by text/);
  });

  it('lists every problem of the block before anything runs', async () => {
    const refused = await workspace.run([
      'run',
      'cached.yaml',
      '--set',
      'augmentation.pipeline.0.use=dubble',
      '--set',
      'augmentation.copies=-1',
    ]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/No augmenter is called "dubble"/);
    expect(refused.stderr).toMatch(/augmentation.copies/);
  });
});
