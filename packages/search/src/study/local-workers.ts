import { fork, type ChildProcess } from 'node:child_process';
import { DistillerError } from '@distiller/core';
import type { TrialOutcome } from './journal-record.js';
import type { TrialJob } from './trial-job.js';
import { WorkerLost, type ReportListener, type TrialRunner } from './trial-runner.js';
import { parseAnswer, type WorkerRequest } from './worker-protocol.js';

export interface LocalWorkersOptions {
  /** Script that calls `serveTrials`, absolute. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Processes at a time. */
  readonly count: number;
}

/** Characters of a dead worker's last words that are told. */
const LAST_WORDS = 500;
/** Milliseconds for what a dead worker has written to arrive. */
const FLUSH_MS = 50;

/** Runs trials in child processes of this one. They are started when they are needed and used again. */
export class LocalWorkers implements TrialRunner {
  readonly slots: number;
  private readonly idle: Worker[] = [];

  constructor(private readonly options: LocalWorkersOptions) {
    this.slots = options.count;
  }

  async run(job: TrialJob, hear: ReportListener, signal: AbortSignal): Promise<TrialOutcome> {
    const worker = this.idle.pop() ?? new Worker(this.options);
    try {
      return await worker.run(job, hear, signal);
    } finally {
      if (worker.isAlive) this.idle.push(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((worker) => worker.end()));
  }
}

class Worker {
  private readonly child: ChildProcess;
  private readonly ended: Promise<string>;
  private lastWords = '';
  isAlive = true;

  constructor({ script, args = [] }: LocalWorkersOptions) {
    this.child = fork(script, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString('utf8')).slice(-LAST_WORDS);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.isAlive = false;
        // `close` never comes after a disconnection; its last words may be under way.
        setTimeout(() => resolve(how), FLUSH_MS);
      };
      this.child.once('error', ({ message }) => end(`could not be started: ${message}`));
      this.child.once('exit', (code, signal) => end(`ended with ${signal ?? `code ${code}`}`));
    });
  }

  async run(job: TrialJob, hear: ReportListener, signal: AbortSignal): Promise<TrialOutcome> {
    const stop = () => this.say({ kind: 'stop' });
    let timer: NodeJS.Timeout | undefined;
    let listener: ((message: unknown) => void) | undefined;
    try {
      return await new Promise<TrialOutcome>((resolve, reject) => {
        listener = (message) => {
          try {
            const answer = parseAnswer(message);
            if (answer.kind === 'report') hear(answer.report);
            else if (answer.kind === 'done') resolve(answer.outcome);
            else reject(new DistillerError(answer.code, answer.message));
          } catch (error) {
            reject(error);
          }
        };
        this.child.on('message', listener);
        void this.ended.then((how) => reject(new WorkerLost(this.obituary(how))));
        if (job.minutes !== undefined)
          timer = setTimeout(() => {
            resolve(timeout(job.minutes as number));
            this.child.kill('SIGKILL');
            this.isAlive = false;
          }, job.minutes * 60_000);
        this.say({ kind: 'run', job });
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (listener) this.child.off('message', listener);
    }
  }

  /** Its loss shows in `ended`. */
  private say(request: WorkerRequest): void {
    if (this.isAlive) this.child.send(request, () => undefined);
  }

  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.ended;
  }

  private obituary(how: string): string {
    const words = this.lastWords.trim();
    return `The worker process ${this.child.pid ?? ''} ${how}${words ? `: ${words}` : ''}`;
  }
}

function timeout(minutes: number): TrialOutcome {
  return { state: 'failed', reports: [], reason: `It took longer than ${minutes} minutes.` };
}
