import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-importance-'));
  await writeFile(join(folder, 'trials.csv'), table());
  await writeStudy('first', 'one');
  await writeStudy('second', 'two');
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * Every setting with two seeds. In task `one` the score is 0.25 where the loss is mi with α .9, and the seed adds 0.001; in `two`
 * it is what the words do. α is filled in where the loss is mse.
 */
function table(): string {
  const rows = ['mse 0.9', 'mi 0.1', 'mi 0.9'].flatMap((loss) =>
    ['none', 'words'].flatMap((aug) =>
      [1, 2].flatMap((seed) => {
        const [name, alpha] = loss.split(' ') as [string, string];
        const cells = `${name},${alpha},${aug},${seed}`;
        return [
          `one,${cells},${0.25 * Number(loss === 'mi 0.9') + 0.001 * seed}`,
          `two,${cells},${Number(aug === 'words')}`,
        ];
      }),
    ),
  );
  return `task,loss,alpha,aug,seed,score\n${rows.join('\n')}\n`;
}

/** A study of what the table tells of one task, of a pruned trial and one that is running. */
async function writeStudy(path: string, task: string): Promise<void> {
  const space = {
    parameters: [
      { kind: 'categorical', name: 'loss', values: ['mse', 'mi'], stage: 'intermediate' },
      {
        kind: 'ordered',
        name: 'alpha',
        values: [0.1, 0.9],
        when: [{ parameter: 'loss', in: ['mi'] }],
      },
      { kind: 'categorical', name: 'aug', values: ['none', 'words'], stage: 'augmentation' },
    ],
  };
  const objectives = [
    { name: 'bytes', direction: 'minimise' },
    { name: 'score', direction: 'maximise' },
  ];
  const trials = table()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
    .filter(([name]) => name === task)
    .flatMap(([, loss, alpha, aug, , score], trial) => [
      {
        kind: 'proposed',
        trial,
        configuration: { loss, aug, ...(loss === 'mi' && { alpha: Number(alpha) }) },
      },
      {
        kind: 'finished',
        trial,
        outcome: {
          state: 'complete',
          reports: [{ budget: 1, value: Number(score) }],
          values: [7, Number(score)],
          runs: [],
        },
      },
    ]);
  const study = { name: task, space, objectives };
  const records = [
    { kind: 'study', version: 1, study, recipeFolder: '/', concurrency: 1, threads: 1 },
    ...trials,
    { kind: 'proposed', trial: trials.length / 2, configuration: { loss: 'mse', aug: 'none' } },
    {
      kind: 'finished',
      trial: trials.length / 2,
      outcome: { state: 'pruned', reports: [{ budget: 1, value: 0 }], runs: [] },
    },
    { kind: 'proposed', trial: trials.length / 2 + 1, configuration: { loss: 'mse', aug: 'none' } },
  ];
  const lines = records.map((record) => {
    const crc = crc32(JSON.stringify(record)).toString(16).padStart(8, '0');
    return `${JSON.stringify({ ...record, crc })}\n`;
  });
  await mkdir(join(folder, path));
  await writeFile(join(folder, path, 'journal.jsonl'), lines.join(''));
}

const TRIALS = ['--csv', 'trials.csv', '--columns', 'loss,alpha,aug', '--when', 'alpha:loss=mi'];

async function invoke(...args: string[]) {
  const io = capturedIo({ folder });
  const code = await run(['importance', ...args], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('distiller importance', () => {
  it('tells each task and the mean, merging what depends on each other', async () => {
    const { code, stdout } = await invoke(...TRIALS, '--task', 'task', '--pairs');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Trials: one 12, two 12\. /);
    expect(stdout).toMatch(/\nfactor +one +two +mean ± over tasks\n/);
    expect(stdout).toMatch(/\nloss×alpha +0\.9\d\d +0\.0\d\d +0\.\d{3} ± 0\.\d{3}\n/);
    expect(stdout).toMatch(/\naug +0\.0\d\d +0\.[89]\d\d +0\.\d{3} ± 0\.\d{3}\n/);
    expect(stdout).toMatch(/\npair +one +two +mean ± over tasks\nloss×alpha & aug /);
  });

  it('tells studies as it tells their tables', async () => {
    const studies = await invoke('first', 'second', '--objective', 'score', '--pairs');
    const table = await invoke(
      ...[...TRIALS, '--task', 'task', '--pairs'],
      ...['--stage', 'intermediate=loss', '--stage', 'augmentation=aug'],
    );
    expect([studies.code, studies.stderr]).toEqual([0, '']);
    // Their levels stand in different orders, and so do the columns that the trees draw: figures are near, not equal.
    const shape = (text: string) => text.replace(/0\.\d{3}/g, '0.…');
    expect(shape(studies.stdout)).toBe(shape(table.stdout));
    expect(studies.stdout).toMatch(/\nintermediate +0\.9\d\d +0\.[01]\d\d /);
  });

  it('keeps to the trials with the wanted values', async () => {
    const args = ['first', '--objective', 'score', '--where', 'loss=mi', '--difference', 'alpha'];
    const { code, stdout, stderr } = await invoke(...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Trials: one 8\. /);
    expect(stdout).toMatch(/\nalpha +0\.\d{3}/);
    expect(stdout).not.toMatch(/\nloss/);
    const wrong = await invoke('first', '--where', 'loss=m');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/has no value "m"/)]);
    await writeStudy('started', 'three'); // of which the table tells nothing
    const none = await invoke('started', '--where', 'loss=mse');
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/No complete trial with loss=mse in started/)]); // prettier-ignore
  });

  it('takes the first objective of a study unless told', async () => {
    const { stdout } = await invoke('first');
    expect(stdout).toMatch(/\nThe score depends on nothing here: one\.\n/);
  });

  it('tells what each level is expected to bring', async () => {
    const { stdout } = await invoke(...TRIALS, '--task', 'task', '--levels');
    expect(stdout).toMatch(/\nfactor +level +one +two +mean ± over tasks\n/);
    // Best first: in task one ¼ · ⅔ above the mean of three levels, in task two words add a half.
    expect(stdout).toMatch(/\nloss×alpha +mi\/0\.9 +\+0\.1[3-7]\d\d +[+−]0\.0\d{3} /);
    expect(stdout).toMatch(/\naug +words +[+−]0\.0\d{3} +\+0\.[45]\d{3} /);
    const one = await invoke(...TRIALS, '--where', 'task=one', '--levels');
    expect(one.stdout).toMatch(/\nfactor +level +± over trees\n/);
  });

  it('counts pruned trials, too, where they were compared', async () => {
    const { code, stdout } = await invoke('first', 'second', '--budget', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Trials: one 13, two 13\. /);
    expect(stdout).toMatch(/\nintermediate +0\.[89]\d\d +0\.[01]\d\d /);
    const never = await invoke('first', '--budget', '3');
    expect(never.code).toBe(2);
    expect(never.stderr).toMatch(
      /No trial of first was compared at the budget 3\. Trials were compared at 1 /,
    );
  });

  it('gives programs everything', async () => {
    const { stdout } = await invoke(
      ...TRIALS,
      ...['--where', 'task=one', '--stage', 'intermediate=loss,alpha', '--json'],
    );
    const found = JSON.parse(stdout) as { tasks: { trees: number; stages: object[] }[] };
    expect(found.tasks).toHaveLength(1);
    expect(found.tasks[0]?.stages).toEqual([
      expect.objectContaining({ name: 'intermediate', factors: ['loss×alpha'] }),
    ]);
  });

  it('compares with everything else equal', async () => {
    const { stdout } = await invoke(
      ...[...TRIALS, '--where', 'task=one', '--repetition', 'seed', '--difference', 'loss=mse'],
    );
    expect(stdout).toMatch(/\ngain over loss×alpha = mse with everything else equal:\n/);
    expect(stdout).toMatch(/\nmi\/0\.1 +4 +\+0\.0000 +\+0\.0000 … \+0\.0000\n/);
    expect(stdout).toMatch(/\nmi\/0\.9 +4 +\+0\.2500 +\+0\.2500 … \+0\.2500\n/);
  });

  it('is a function of its seed', async () => {
    const [first, again, other] = await Promise.all(
      ['1', '1', '2'].map((seed) => invoke(...TRIALS, '--seed', seed)),
    );
    expect(first?.stdout).toBe(again?.stdout);
    expect(first?.stdout).not.toBe(other?.stdout);
  });

  it.each([
    [
      [],
      /^Say where the trials are: name folders of studies, or a table and its columns of parameters by --csv FILE --columns/,
    ],
    [['first', ...TRIALS], /^Name folders of studies or a table by --csv, not both\./],
    [['first', '--objective', 'scor'], /has no objective "scor"\. Did you mean "score"\? /],
    [[...TRIALS, '--kind', 'loss=float'], /"loss" is to be float, so it must have numbers/],
    [[...TRIALS, '--kind', 'loss=word'], /^--kind loss=word: "word" is no kind of parameter\. /],
    [[...TRIALS, '--stage', 'loss'], /^--stage loss: expected stage=parameter,parameter\./],
    [[...TRIALS, '--where', 'task='], /^--where task=: expected column=value\|value\./],
    [[...TRIALS, '--when', 'alpha=mi'], /^--when alpha=mi: expected parameter:other=value\|value/],
    [[...TRIALS, '--when', 'alpha:loss=m'], /no trial has the value "m" of "loss"\. /],
    [
      [...TRIALS, '--difference', 'los'],
      /^There is no parameter "los" to compare\. Did you mean "loss"/,
    ],
    [[...TRIALS, '--column-share', '2'], /"2" is not a number above 0, up to 1\./],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await invoke(...args);
    expect(stderr.replace(/^error: /, '')).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});
