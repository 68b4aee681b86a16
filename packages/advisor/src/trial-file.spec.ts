import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mergeTrials, parsePairing, readTrials } from './trial-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-trials-'));
});
afterAll(() => rm(folder, { recursive: true }));

const trial = { task: 'a', teacher: 't', student: 's', configuration: { loss: 'ce' }, ratio: 0.8 };
const content = {
  kind: 'distiller-trials',
  version: 1,
  source: 'ours',
  tasks: { a: { examples: 10, classes: 2, arity: 1, baseline: 0.5 } },
  models: {},
  trials: [trial, { ...trial, ratio: 0.9 }],
};

async function write(value: unknown): Promise<string> {
  const path = join(folder, 'trials.json');
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('readTrials', () => {
  it('averages repeated trials and tells their noise', async () => {
    const set = await readTrials(await write(content));
    expect(set.observations).toMatchObject([{ ratio: expect.closeTo(0.85, 12), runs: 2 }]);
    expect(set.noise['a']).toBeCloseTo(Math.sqrt(0.005), 12);
  });

  it.each([
    ['{', /is no JSON/],
    [{ ...content, extra: 1 }, /unknown setting "extra"/],
    [{ ...content, trials: [{ ...trial, ratio: 'x' }] }, /trials\.0\.ratio/],
  ])('refuses %j', async (value, message) => {
    await expect(readTrials(await write(value))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(message),
    });
  });
});

describe('mergeTrials', () => {
  it('joins sets and refuses two descriptions of one task', async () => {
    const set = await readTrials(await write(content));
    expect(mergeTrials([set, { ...set, source: 'theirs' }])).toMatchObject({
      source: 'ours; theirs',
      observations: [{ runs: 4 }],
    });
    const other = { ...set, tasks: { a: { ...content.tasks.a, arity: 2 as const, examples: 11 } } };
    expect(() => mergeTrials([set, other])).toThrow('describe the task a differently');
  });
});

describe('parsePairing', () => {
  it('reads teacher:student', () => {
    expect(parsePairing('t:s')).toEqual({ teacher: 't', student: 's' });
    expect(() => parsePairing('t')).toThrow('expected teacher:student');
  });
});
