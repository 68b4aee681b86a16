import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.boolean()]);
const whole = z.int().min(0);
const report = z.strictObject({ budget: z.number().positive(), value: z.number() });

/** One training of a trial's configuration. */
const trialRun = z.strictObject({
  seed: whole,
  metric: z.string(),
  scores: z.record(z.string(), z.number()),
  teacherScores: z.record(z.string(), z.number()).optional(),
  parameters: whole,
  bytes: whole,
  latencyMs: z.number().optional(),
  trainSeconds: z.number(),
  steps: whole,
});

export type TrialRun = z.output<typeof trialRun>;

/** How a trial ended. */
export const trialOutcome = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('complete'),
    reports: z.array(report),
    /** One an objective: the mean over the runs. */
    values: z.array(z.number()),
    /** Standard deviations of the runs (n − 1 in the denominator); absent with one run. */
    spread: z.array(z.number()).optional(),
    /** One a seed. */
    runs: z.array(trialRun),
  }),
  z.strictObject({
    state: z.literal('pruned'),
    reports: z.array(report),
    /** The first seed's, as far as it came. */
    runs: z.array(trialRun),
  }),
  z.strictObject({ state: z.literal('failed'), reports: z.array(report), reason: z.string() }),
]);

export type TrialOutcome = z.output<typeof trialOutcome>;

/** What a journal says first. */
const studyRecord = z.strictObject({
  kind: z.literal('study'),
  version: z.literal(1),
  /** The study file with its defaults filled in and the recipe as it was written. */
  study: z.record(z.string(), z.unknown()),
  /** From the journal's folder, with /; relative paths of the recipe count from here. */
  recipeFolder: z.string(),
  /** Trial n is proposed when all up to n − concurrency have finished. */
  concurrency: z.int().positive(),
  /** Threads of a trial's engine, where the recipe does not say. */
  threads: z.int().positive(),
});

export const journalRecord = z.discriminatedUnion('kind', [
  studyRecord,
  z.strictObject({
    kind: z.literal('proposed'),
    trial: whole,
    configuration: z.record(z.string(), value),
  }),
  /** The worker of a trial was gone before the trial ended; it is tried again, or fails. */
  z.strictObject({
    kind: z.literal('lost'),
    trial: whole,
    attempt: z.int().positive(),
    reason: z.string(),
  }),
  z.strictObject({ kind: z.literal('finished'), trial: whole, outcome: trialOutcome }),
]);

export type JournalRecord = z.output<typeof journalRecord>;
export type StudyRecord = z.output<typeof studyRecord>;
