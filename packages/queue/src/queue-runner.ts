import { DistillerError } from '@distiller/core';
import {
  parseAnswer,
  WorkerLost,
  type ReportListener,
  type TrialJob,
  type TrialOutcome,
  type TrialRunner,
} from '@distiller/search';
import { Queue, QueueEvents, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { connect } from './connect.js';
import { TRIALS } from './trial-queue.js';

/** Milliseconds after which a trial is looked at even if nothing was heard of it. */
const LOOK_MS = 5000;
/** Seconds for which the outcome of a trial is kept for a coordinator that was killed. */
const KEPT_SECONDS = 7 * 24 * 3600;

/**
 * Runs trials on whatever machines take them from a queue. A trial keeps its place there when its coordinator is killed: the next
 * one finds it running, or its outcome.
 */
export class QueueRunner implements TrialRunner {
  private constructor(
    readonly slots: number,
    private readonly connections: readonly Redis[],
    private readonly queue: Queue,
    private readonly events: QueueEvents,
  ) {}

  /**
   * @param slots trials that it puts on the queue at a time.
   * @throws DistillerError as `connect`.
   */
  static async open(url: string, slots: number): Promise<QueueRunner> {
    const redis = await connect(url);
    const queue = new Queue(TRIALS, { connection: redis });
    // Reading events blocks a connection.
    const blocking = redis.duplicate();
    const events = new QueueEvents(TRIALS, { connection: blocking });
    // What goes wrong shows where it is waited for; a connection that is lost is made again.
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    // Each trial that is waited for listens.
    events.setMaxListeners(0);
    await events.waitUntilReady();
    return new QueueRunner(slots, [redis, blocking], queue, events);
  }

  async run(job: TrialJob, hear: ReportListener, signal: AbortSignal): Promise<TrialOutcome> {
    const id = `${job.study}-${job.number}`;
    const listen = (event: { readonly jobId: string; readonly data: unknown }) => {
      if (event.jobId !== id) return;
      const answer = parseAnswer(event.data);
      if (answer.kind === 'report') hear(answer.report);
    };
    this.events.on('progress', listen);
    try {
      return await this.outcome(id, job, signal);
    } finally {
      this.events.off('progress', listen);
    }
  }

  async close(): Promise<void> {
    await this.events.close();
    await this.queue.close();
    for (const connection of this.connections) connection.disconnect();
  }

  private async outcome(id: string, data: TrialJob, signal: AbortSignal): Promise<TrialOutcome> {
    let entry = await this.put(id, data);
    for (;;) {
      const state = await entry.getState();
      if (state === 'completed') return outcomeOf((await this.queue.getJob(id)) ?? entry);
      if (state === 'failed') {
        const { failedReason } = (await this.queue.getJob(id)) ?? entry;
        throw new WorkerLost(failedReason);
      }
      // Someone has emptied the queue.
      if (state === 'unknown') entry = await this.put(id, data);
      if (signal.aborted) {
        // One that runs goes on, and its outcome waits for the study to be resumed.
        if (state === 'waiting') await entry.remove().catch(() => undefined);
        throw new DistillerError('cancelled', 'Stopped.');
      }
      await this.change(entry, signal);
    }
  }

  /** Puts a trial on the queue, unless it is there already and has not failed. */
  private async put(id: string, data: TrialJob): Promise<Job> {
    const known = await this.queue.getJob(id);
    if (known && (await known.getState()) !== 'failed') return known;
    await known?.remove();
    return this.queue.add('trial', data, {
      jobId: id,
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    });
  }

  /** Waits until the trial has ended, or it is time to look, or the study is stopped. */
  private async change(entry: Job, signal: AbortSignal): Promise<void> {
    let stop: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      signal.addEventListener('abort', resolve as () => void, { once: true });
    });
    const ended = entry.waitUntilFinished(this.events, LOOK_MS).catch(() => undefined);
    await Promise.race([ended, stopped]);
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** @throws DistillerError of the worker. */
function outcomeOf({ returnvalue }: Job): TrialOutcome {
  const answer = parseAnswer(returnvalue);
  if (answer.kind === 'done') return answer.outcome;
  if (answer.kind === 'error') throw new DistillerError(answer.code, answer.message);
  throw new DistillerError('bug', 'A trial ended with a report; this is a bug in Distiller.');
}
