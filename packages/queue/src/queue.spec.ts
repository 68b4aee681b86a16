import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DistillerError } from '@distiller/core';
import {
  coordinateStudy,
  createSampler,
  StudyState,
  type JournalRecord,
  type StudyPlan,
} from '@distiller/search';
import { connect } from './connect.js';
import { QueueRunner } from './queue-runner.js';
import { noRedis, RedisServer } from './redis-server.fixture.js';

jest.setTimeout(120_000);

const SCRIPT = fileURLToPath(new URL('./toy-worker.fixture.mjs', import.meta.url));

function planOf(study: string, trials: number): StudyPlan {
  return {
    space: { parameters: [{ name: 'rate', kind: 'float', low: 0, high: 1 }] },
    objectives: [{ name: 'score', direction: 'maximise' }],
    sampler: createSampler({ use: 'random' }),
    seed: 1,
    trials,
    concurrency: 6,
    retries: 2,
    job: (number, configuration, peers) => ({
      study,
      number,
      runs: [{ seed: 1, recipe: configuration }],
      recipeFolder: '/nowhere',
      folder: `/nowhere/${number}`,
      cacheFolder: '/nowhere',
      objectives: [{ name: 'score', direction: 'maximise' }],
      pruning: { pruner: { use: 'none' }, maximum: 3, peers, direction: 'maximise' },
    }),
  };
}

const begun = (name: string): JournalRecord => ({
  kind: 'study',
  version: 1,
  study: { name },
  recipeFolder: '/nowhere',
  concurrency: 6,
  threads: 1,
});

const [describeRedis, why] = noRedis ? [describe.skip, ` (skipped: ${noRedis})`] : [describe, ''];

describeRedis(`trials on a queue${why}`, () => {
  let server: RedisServer;
  const workers = new Set<ChildProcess>();

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
  });

  const logOf = (study: string) => join(server.folder, `${study}.log`);

  function startWorker(study: string): ChildProcess {
    const worker = spawn(process.execPath, [SCRIPT, server.url, logOf(study)], {
      stdio: 'inherit',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
    return worker;
  }

  async function linesOf(study: string, word: string): Promise<{ number: number; pid: number }[]> {
    if (!existsSync(logOf(study))) return [];
    const lines = (await readFile(logOf(study), 'utf8')).trim().split('\n');
    return lines
      .map((line) => line.split(' '))
      .filter(([first]) => first === word)
      .map(([, number, pid]) => ({ number: Number(number), pid: Number(pid) }));
  }

  /** Kills a worker in the middle of a trial. @returns the trial. */
  async function killInTrial(study: string, worker: ChildProcess): Promise<number> {
    for (;;) {
      const own = async (word: string) =>
        (await linesOf(study, word)).filter(({ pid }) => pid === worker.pid);
      const before = (await own('begin')).length;
      while ((await own('begin')).length === before) await setTimeout(10);
      const [begins, ends] = [await own('begin'), await own('end')];
      if (begins.length === ends.length) continue;
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      const trial = begins.at(-1)?.number as number;
      if ((await own('end')).some(({ number }) => number === trial)) continue;
      return trial;
    }
  }

  async function coordinate(
    study: string,
    records: JournalRecord[],
    { trials = 40, signal = new AbortController().signal } = {},
  ): Promise<StudyState> {
    const state = new StudyState(records);
    const runner = await QueueRunner.open(server.url, 6);
    const append = async (record: JournalRecord) => void records.push(record);
    const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined };
    try {
      const plan = planOf(study, trials);
      await coordinateStudy(plan, { state, journal: { append }, runner, reporter, signal });
    } finally {
      await runner.close();
    }
    return state;
  }

  it('are all done, and none twice, when two of four workers are killed', async () => {
    const study = 'killed';
    const four = [1, 2, 3, 4].map(() => startWorker(study));
    const records = [begun(study)];
    const coordination = coordinate(study, records);
    const lost = [
      await killInTrial(study, four[0] as ChildProcess),
      await killInTrial(study, four[1] as ChildProcess),
    ];
    const state = await coordination;
    expect(state.trials).toHaveLength(40);
    for (const { number, outcome } of state.trials) {
      // A trial sees those that had to be finished before it: all up to its number − 6.
      const value = ((number * 7) % 40) + Math.max(0, number - 5) / 100;
      expect(outcome).toMatchObject({ state: 'complete', values: [value] });
    }
    const ends = (await linesOf(study, 'end')).map(({ number }) => number);
    expect(ends.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    const begins = (await linesOf(study, 'begin')).map(({ number }) => number);
    for (const trial of lost) expect(begins.filter((n) => n === trial)).toHaveLength(2);
    expect(begins).toHaveLength(42);
    for (const worker of workers) worker.kill('SIGKILL');
  });

  it('go on when the coordinator stops, and are found by the next', async () => {
    const study = 'stopped';
    const worker = startWorker(study);
    const records = [begun(study)];
    const controller = new AbortController();
    const first = coordinate(study, records, { trials: 8, signal: controller.signal });
    while ((await linesOf(study, 'end')).length < 2) await setTimeout(10);
    controller.abort();
    await expect(first).rejects.toThrow(/^Stopped with \d of 8 trials finished/);
    await setTimeout(1000); // the trial that ran then ends now
    const state = await coordinate(study, records, { trials: 8 });
    expect(state.trials.every(({ outcome }) => outcome?.state === 'complete')).toBe(true);
    expect(await linesOf(study, 'end')).toHaveLength(8);
    worker.kill('SIGKILL');
  });

  it('are given back by a worker that is asked to stop', async () => {
    const study = 'given';
    const worker = startWorker(study);
    const coordination = coordinate(study, [begun(study)], { trials: 1 });
    while ((await linesOf(study, 'begin')).length < 1) await setTimeout(10);
    worker.kill('SIGTERM');
    const [code] = await once(worker, 'exit');
    expect(code).toBe(0);
    expect(await linesOf(study, 'end')).toHaveLength(0);
    const next = startWorker(study);
    const state = await coordination;
    expect(state.trials[0]?.outcome?.state).toBe('complete');
    next.kill('SIGKILL');
  });
});

describe('connect', () => {
  it('says where nobody answers, without the password', async () => {
    const error = await connect('redis://me:secret@127.0.0.1:1/0').catch(
      (thrown: DistillerError) => thrown,
    );
    expect(error).toMatchObject({ code: 'io' });
    expect((error as DistillerError).message).toMatch(
      /^Can't connect to the queue redis:\/\/127\.0\.0\.1:1\/0: .*ECONNREFUSED/,
    );
  });

  it('refuses what is no address of a Redis', async () => {
    await expect(connect('localhost:6379')).rejects.toThrow(/expected redis:\/\/host:port/);
  });
});
