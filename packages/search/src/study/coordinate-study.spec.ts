import { describe, expect, it } from '@jest/globals';
import { DistillerError } from '@distiller/core';
import { bestTrial } from './best-trial.js';
import { coordinateStudy, type StudyPlan } from './coordinate-study.js';
import type { JournalRecord } from './journal-record.js';
import { StudyState } from './study-state.js';
import { SILENT, STUDY_RECORD, ToyRunner, toyPlan } from './toy-study.fixture.js';
import type { TrialRunner } from './trial-runner.js';

/** A journal in memory that stops the study after some records. */
class Memory {
  readonly records: JournalRecord[] = [STUDY_RECORD];

  async run(plan: StudyPlan, runner: TrialRunner, stopAfter = Infinity): Promise<void> {
    const controller = new AbortController();
    const state = new StudyState(this.records);
    const append = async (record: JournalRecord) => {
      this.records.push(record);
      if (this.records.length >= stopAfter) controller.abort();
    };
    const { signal } = controller;
    await coordinateStudy(plan, { state, journal: { append }, runner, reporter: SILENT, signal });
  }

  /** What was tried and how it ended, by number. */
  get outcome() {
    const { trials } = new StudyState(this.records);
    return trials.map(({ number, configuration, outcome }) => ({ number, configuration, outcome }));
  }
}

async function uninterrupted(plan = toyPlan()) {
  const memory = new Memory();
  await memory.run(plan, new ToyRunner(plan.concurrency, 0));
  return memory.outcome;
}

describe('coordinateStudy', () => {
  it('has complete, pruned and failed trials', async () => {
    const states = (await uninterrupted()).map(({ outcome }) => outcome?.state);
    expect(states).toHaveLength(20);
    expect(new Set(states)).toEqual(new Set(['complete', 'pruned', 'failed']));
  });

  it('does the same whatever the time of trials and the number of workers', async () => {
    const expected = await uninterrupted();
    const orders = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const memory = new Memory();
      const runner = new ToyRunner(1 + (seed % 4), seed);
      await memory.run(toyPlan(), runner);
      expect(memory.outcome).toEqual(expected);
      orders.add(runner.ended.join());
    }
    expect(orders.size).toBeGreaterThan(3);
  });

  it('depends on how many trials may run at a time, and on the seed', async () => {
    const expected = await uninterrupted();
    expect(await uninterrupted(toyPlan({ concurrency: 5 }))).not.toEqual(expected);
    expect(await uninterrupted(toyPlan({ seed: 6 }))).not.toEqual(expected);
  });

  it('stopped after any record and resumed does the same, and ends no trial twice', async () => {
    const expected = await uninterrupted();
    for (let stop = 1; stop <= 41; stop++) {
      const memory = new Memory();
      const first = new ToyRunner(3, stop);
      await memory.run(toyPlan(), first, stop).catch((error: DistillerError) => {
        expect(error.message).toMatch(/^Stopped with \d+ of 20 trials finished\. .*--resume/);
      });
      const second = new ToyRunner(2, stop + 1);
      await memory.run(toyPlan(), second);
      expect(memory.outcome).toEqual(expected);
      const finished = memory.records.flatMap((record) =>
        record.kind === 'finished' ? [record.trial] : [],
      );
      expect([...finished].sort((a, b) => a - b)).toEqual(expected.map(({ number }) => number));
    }
  });

  it('tries trials again whose worker was lost, and does the same', async () => {
    const expected = await uninterrupted();
    const memory = new Memory();
    await memory.run(toyPlan({ retries: 100 }), new ToyRunner(3, 7, 0.4));
    expect(memory.outcome).toEqual(expected);
    expect(memory.records.some(({ kind }) => kind === 'lost')).toBe(true);
  });

  it('lets a trial fail whose worker is lost every time, also over a resume', async () => {
    const lethal = new ToyRunner(1, 1, 1);
    const memory = new Memory();
    await expect(memory.run(toyPlan({ trials: 1 }), lethal, 3)).rejects.toThrow(/^Stopped/);
    await memory.run(toyPlan({ trials: 1 }), lethal);
    expect(memory.records.filter(({ kind }) => kind === 'lost')).toHaveLength(3);
    expect(memory.outcome[0]?.outcome).toEqual({
      state: 'failed',
      reports: [],
      reason: 'Its worker was gone 3 times; the last time: It was killed.',
    });
  });

  it('ends a study whose first trials all fail, and one that can not go on', async () => {
    const job = () => {
      throw new DistillerError('config', 'recipe: there is no teacher.');
    };
    const memory = new Memory();
    await expect(memory.run(toyPlan({ job }), new ToyRunner(3, 1))).rejects.toThrow(
      /^The first 5 trials all failed, .*there is no teacher\.$/,
    );
    const broken: TrialRunner = {
      slots: 2,
      run: async () => {
        throw new DistillerError('io', 'The disk is full.');
      },
      close: async () => undefined,
    };
    await expect(new Memory().run(toyPlan(), broken)).rejects.toThrow('The disk is full.');
  });

  it('adds trials to a study that has ended', async () => {
    const expected = await uninterrupted();
    const memory = new Memory();
    await memory.run(toyPlan({ trials: 12 }), new ToyRunner(3, 1));
    expect(memory.outcome).toHaveLength(12);
    await memory.run(toyPlan(), new ToyRunner(3, 2));
    expect(memory.outcome).toEqual(expected);
  });
});

describe('bestTrial', () => {
  it('is the best on the first objective, and the earliest of equals', async () => {
    const trials = await uninterrupted();
    const values = trials.map(({ outcome }) =>
      outcome?.state === 'complete' ? (outcome.values[0] as number) : NaN,
    );
    const finite = values.filter(Number.isFinite);
    const entries = trials.map((trial) => ({ ...trial, losses: 0 }));
    const best = (direction: 'maximise' | 'minimise') =>
      bestTrial({ trials: entries as never }, [{ name: 'score', direction }])?.number;
    expect(best('maximise')).toBe(values.indexOf(Math.max(...finite)));
    expect(best('minimise')).toBe(values.indexOf(Math.min(...finite)));
  });
});
