import { setTimeout } from 'node:timers/promises';
import { createRng, DistillerError, type Reporter } from '@distiller/core';
import { createSampler } from '../samplers/create-sampler.js';
import type { Configuration, SearchSpace } from '../space.js';
import type { Trial } from '../trial.js';
import type { StudyPlan } from './coordinate-study.js';
import type { JournalRecord, TrialOutcome, TrialRun } from './journal-record.js';
import type { TrialJob } from './trial-job.js';
import { WorkerLost, type TrialRunner } from './trial-runner.js';

export const SPACE: SearchSpace = {
  parameters: [
    { name: 'rate', kind: 'float', low: 0.001, high: 1, log: true },
    { name: 'size', kind: 'ordered', values: [1, 2, 4, 8] },
  ],
};

export const STUDY_RECORD: JournalRecord = {
  kind: 'study',
  version: 1,
  study: { name: 'toy', trials: 20 },
  recipeFolder: '/nowhere',
  concurrency: 3,
  threads: 1,
};

/** A sampler that goes on from the best trial that it sees: what it proposes tells what it was shown. */
const greedy: StudyPlan['sampler'] = {
  name: 'greedy',
  propose(request) {
    const random = createSampler({ use: 'random', distinct: false }).propose(request);
    const complete = request.trials.filter(({ state }) => state === 'complete');
    const best = complete.sort((a, b) => (b.values?.[0] ?? 0) - (a.values?.[0] ?? 0))[0];
    const running = request.trials.filter(({ state }) => state === 'running').length;
    if (!best || request.number % 3 === 0) return random;
    const rate = Number(best.configuration['rate']) * (0.5 + 0.1 * running);
    return { ...random, rate };
  },
};

export function toyPlan(changes: Partial<StudyPlan> = {}): StudyPlan {
  return {
    space: SPACE,
    objectives: [{ name: 'score', direction: 'maximise' }],
    sampler: greedy,
    seed: 5,
    trials: 20,
    concurrency: 3,
    retries: 2,
    job: (number, configuration, peers) => toyJob(number, configuration, peers),
    ...changes,
  };
}

function toyJob(number: number, configuration: Configuration, peers: readonly Trial[]): TrialJob {
  return {
    study: 'toy',
    number,
    runs: [{ seed: 1, recipe: configuration }],
    recipeFolder: '/nowhere',
    folder: `/nowhere/${number}`,
    cacheFolder: '/nowhere/cache',
    objectives: [{ name: 'score', direction: 'maximise' }],
    pruning: { pruner: { use: 'none' }, maximum: 3, peers, direction: 'maximise' },
  };
}

/** Best at a rate of 0.1 and a size of 4; worse than the median of its peers half way, it is pruned; sizes of 8 fail. */
export function toyOutcome({ runs, pruning }: TrialJob): TrialOutcome {
  const { rate, size } = runs[0]?.recipe as { rate: number; size: number };
  const score = 1 - Math.log10(rate / 0.1) ** 2 / 4 - Math.abs(size - 4) / 10;
  const report = { budget: 1, value: score / 2 };
  if (size === 8)
    return { state: 'failed', reports: [], reason: 'There is no student of this size.' };
  const peers = pruning?.peers ?? [];
  const seen = peers.flatMap(({ reports }) => reports.map(({ value }) => value)).sort();
  const isWorse = seen.length > 2 && report.value < (seen[seen.length >> 1] as number);
  const run = toyRun(score);
  return isWorse
    ? { state: 'pruned', reports: [report], runs: [run] }
    : { state: 'complete', reports: [report], values: [score], runs: [run] };
}

export function toyRun(score: number): TrialRun {
  return {
    seed: 1,
    metric: 'accuracy',
    scores: { accuracy: score },
    parameters: 10,
    bytes: 40,
    trainSeconds: 1,
    steps: 3,
  };
}

/** Runs toy trials that take random times. */
export class ToyRunner implements TrialRunner {
  /** Numbers of the trials that ran to their end, in the order in which they did. */
  readonly ended: number[] = [];
  private readonly rng;
  private calls = 0;

  /** @param lossRate share of attempts whose worker dies. */
  constructor(
    readonly slots: number,
    seed: number,
    private readonly lossRate = 0,
  ) {
    this.rng = createRng(seed).derive('runner');
  }

  async run(job: TrialJob, _: unknown, signal: AbortSignal): Promise<TrialOutcome> {
    const rng = this.rng.derive(this.calls++);
    const stopped = new DistillerError('cancelled', 'Stopped.');
    await setTimeout(rng.uniform() * 6, undefined, { signal }).catch(() => Promise.reject(stopped));
    if (rng.uniform() < this.lossRate) throw new WorkerLost('It was killed.');
    this.ended.push(job.number);
    return toyOutcome(job);
  }

  close = async () => undefined;
}

export const SILENT: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};
