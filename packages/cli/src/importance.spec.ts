import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-importance-'));
  await writeFile(join(folder, 'trials.csv'), table());
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
    [[], /^Say where the trials are: --csv FILE --columns NAME,NAME,… names a table/],
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
