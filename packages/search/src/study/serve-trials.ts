import { DistillerError } from '@distiller/core';
import type { TrialReport } from '../trial.js';
import type { TrialOutcome } from './journal-record.js';
import type { TrialJob } from './trial-job.js';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.js';

/** The part of a child process that is used here. */
export interface WorkerProcess {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect' | 'SIGINT', listener: () => void): unknown;
  send?(message: WorkerAnswer): unknown;
  exit(code: number): never;
}

/** Runs a trial in this process. */
export type TrialEvaluator = (
  job: TrialJob,
  hear: (report: TrialReport) => void,
  signal: AbortSignal,
) => Promise<TrialOutcome>;

/**
 * Makes a child process a worker that runs one trial at a time, as `LocalWorkers` asks. It ends with the process that
 * started it, also when that was killed; Ctrl-C is left to that process, which asks for a tidy stop.
 */
export function serveTrials(child: WorkerProcess, evaluate: TrialEvaluator): void {
  let controller = new AbortController();
  const say = (answer: WorkerAnswer) => child.send?.(answer);
  child.on('SIGINT', () => undefined);
  child.on('disconnect', () => child.exit(1));
  child.on('message', (message) => {
    const request = message as WorkerRequest;
    if (request.kind === 'stop') {
      controller.abort();
      return;
    }
    controller = new AbortController();
    evaluate(request.job, (report) => say({ kind: 'report', report }), controller.signal).then(
      (outcome) => say({ kind: 'done', outcome }),
      (error: unknown) => say(answerOf(error)),
    );
  });
}

function answerOf(error: unknown): WorkerAnswer {
  const { name, message, stack } = error as DistillerError;
  if (name === 'DistillerError')
    return { kind: 'error', code: (error as DistillerError).code, message };
  return { kind: 'error', code: 'bug', message: stack ?? String(error) };
}
