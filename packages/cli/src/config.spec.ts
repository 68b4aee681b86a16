import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-config-'));
  await writeFile(
    join(folder, 'good.yaml'),
    [
      'name: good',
      'task: { use: wordnet }',
      'teacher: { use: bert, model: teacher }',
      'student: { use: bert, preset: bert-tiny }',
      'objectives: [{ use: soft-cross-entropy }]',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'bad.yaml'),
    [
      'task: { use: wordnte }',
      'teacher: { use: bert, model: teacher }',
      'student: { use: bert, preset: bert-tiny }',
      'objectives: [{ use: soft-cross-entropy, temprature: 2 }]',
      'training: { epochs: -1 }',
    ].join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function invoke(...args: string[]) {
  const io = capturedIo({ folder });
  const code = await run(args, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('distiller config', () => {
  it('prints a recipe with overrides and defaults filled in', async () => {
    const { code, stdout } = await invoke(
      'config',
      'print',
      'good.yaml',
      '--set',
      'training.epochs=2',
      '--set',
      'objectives.0.temperature=4',
      '--seed',
      '7',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name: good\nseed: 7\n/);
    expect(stdout).toContain('\n    temperature: 4\n');
    expect(stdout).toContain('\n  epochs: 2\n  batchSize: 32\n');
    expect(stdout).toMatch(/\nengine:\n {2}use: onnx\n/);
  });

  it('checks what the settings of a component name with the rest', async () => {
    const pipeline = '[{ use: back-translation, translator: { use: letters, shift: 1 } }]';
    const { code, stderr } = await invoke('config', 'validate', 'good.yaml', '--set', `augmentation={ pipeline: ${pipeline} }`, '--set', 'training.epochs=-1'); // prettier-ignore
    expect(code).toBe(2);
    expect(stderr).toContain('has 2 problems');
    expect(stderr).toContain('augmentation.pipeline.0.translator: No translator is registered.');
    expect(stderr).toContain('training.epochs');
  });

  it('says that a recipe is valid', async () => {
    expect(await invoke('config', 'validate', 'good.yaml')).toEqual({
      code: 0,
      stdout: 'good.yaml is a valid distill recipe.\n',
      stderr: '',
    });
  });

  it('tells all problems of a recipe at once, with their paths, and exits with 2', async () => {
    const { code, stdout, stderr } = await invoke('config', 'validate', 'bad.yaml');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^bad\.yaml has 3 problems:\n/);
    expect(stderr).toMatch(/^ {2}task.*: No task is called "wordnte"\. Did you mean "wordnet"\?/m);
    expect(stderr).toMatch(/^ {2}objectives\.0: unknown setting "temprature"\. Did you mean/m);
    expect(stderr).toMatch(/^ {2}training\.epochs: .*\(given -1\)/m);
  });

  it('says where a file is missing', async () => {
    const { code, stderr } = await invoke('config', 'validate', 'nowhere.yaml');
    expect(stderr).toBe(`There is no recipe ${join(folder, 'nowhere.yaml')}. Check the path.\n`);
    expect(code).toBe(2);
  });

  it.each(['distill', 'finetune'])('writes the JSON schema of a %s recipe', async (kind) => {
    const { code, stdout } = await invoke('config', 'schema', '--kind', kind);
    expect(code).toBe(0);
    const { properties } = JSON.parse(stdout) as { properties: object };
    expect(Object.keys(properties)).toContain(kind === 'distill' ? 'teacher' : 'model');
    expect(properties).toHaveProperty('training');
  });
});
