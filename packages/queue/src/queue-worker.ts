import type { DistillerError, Reporter } from '@distiller/core';
import type {
  TrialJob,
  TrialOutcome,
  TrialReport,
  TrialRunner,
  WorkerAnswer,
} from '@distiller/search';
import { WaitingError, Worker, type Job } from 'bullmq';
import { connect } from './connect.js';
import { STALLED_MS, TRIALS, type QueueTiming } from './trial-queue.js';

export interface QueueWorkerOptions extends QueueTiming {
  readonly url: string;
  /** Runs the trials that are taken. The caller closes it. */
  readonly runner: TrialRunner;
  /** Where this machine keeps what another one calls by its own paths; by default at the same ones. */
  relocate?(job: TrialJob): TrialJob;
  readonly reporter: Reporter;
  /** Aborted to stop; trials that run are saved and given back to the queue. */
  readonly signal: AbortSignal;
}

/** Times that a trial is given to another worker before its coordinator hears of it. */
const MOST_STALLED = 2;

/**
 * Takes trials from a queue until it is told to stop. The locks of the trials are renewed while they run: those of a worker that
 * was killed run out, and its trials are given to others.
 *
 * @throws DistillerError as `connect`.
 */
export async function serveQueue(options: QueueWorkerOptions): Promise<void> {
  const { url, runner, reporter, signal, stalledMs = STALLED_MS } = options;
  const redis = await connect(url);
  const worker = new Worker<TrialJob, WorkerAnswer>(TRIALS, (job) => process(job, options), {
    connection: redis,
    concurrency: runner.slots,
    lockDuration: stalledMs,
    stalledInterval: stalledMs / 2,
    maxStalledCount: MOST_STALLED,
  });
  worker.on('error', ({ message }) => reporter.warn(`Queue: ${message}`));
  worker.on('stalled', (id) =>
    reporter.warn(`Trial ${id} is given to another worker: nothing was heard of its own.`),
  );
  try {
    await worker.waitUntilReady();
    reporter.info(`Waiting for trials, ${runner.slots} at a time.`);
    await aborted(signal);
  } finally {
    await worker.close();
    redis.disconnect();
  }
}

async function process(
  job: Job<TrialJob, WorkerAnswer>,
  { runner, relocate, reporter, signal }: QueueWorkerOptions,
): Promise<WorkerAnswer> {
  const given = relocate ? relocate(job.data) : job.data;
  const name = `Trial ${given.number} of the study ${given.study}`;
  reporter.info(`${name} begins.`);
  const hear = (report: TrialReport) =>
    void job.updateProgress({ kind: 'report', report }).catch(() => undefined);
  try {
    const outcome: TrialOutcome = await runner.run(given, hear, signal);
    reporter.info(`${name}: ${outcome.state}.`);
    return { kind: 'done', outcome };
  } catch (error) {
    if ((error as DistillerError).name !== 'DistillerError') throw error;
    const { code, message } = error as DistillerError;
    if (code !== 'cancelled') return { kind: 'error', code, message };
    reporter.info(`${name} is given back to the queue.`);
    await job.moveToWait(job.token);
    throw new WaitingError();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
