import { DistillerError, type ErrorCode } from '@distiller/core';
import { z } from 'zod';
import type { TrialReport } from '../trial.js';
import { trialOutcome, type TrialOutcome } from './journal-record.js';
import type { TrialJob } from './trial-job.js';

/** What is said to a worker process. `stop` asks for a tidy end of the trial. */
export type WorkerRequest =
  { readonly kind: 'run'; readonly job: TrialJob } | { readonly kind: 'stop' };

/** What it says. */
export type WorkerAnswer =
  | { readonly kind: 'report'; readonly report: TrialReport }
  | { readonly kind: 'done'; readonly outcome: TrialOutcome }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string };

const workerAnswer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('report'),
    report: z.strictObject({ budget: z.number(), value: z.number() }),
  }),
  z.strictObject({ kind: z.literal('done'), outcome: trialOutcome }),
  z.strictObject({ kind: z.literal('error'), code: z.string(), message: z.string() }),
]);

/** @throws DistillerError `bug` for anything else. */
export function parseAnswer(message: unknown): WorkerAnswer {
  const parsed = workerAnswer.safeParse(message);
  if (parsed.success) return parsed.data as WorkerAnswer;
  throw new DistillerError(
    'bug',
    `A worker said ${JSON.stringify(message)?.slice(0, 200)}; this is a bug in Distiller.`,
  );
}
