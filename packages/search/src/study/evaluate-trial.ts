import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  DistillerError,
  ioError,
  makeFolder,
  takeFileLock,
  writeFileAtomically,
  type FileLock,
  type Registry,
  type Reporter,
} from '@distiller/core';
import { trainStudent, type TrainingEvaluation } from '@distiller/pipeline';
import { z } from 'zod';
import type { TrialReport } from '../trial.js';
import { trialOutcome, type TrialOutcome, type TrialRun } from './journal-record.js';
import { isPruned, rungsOf } from './pruning.js';
import type { TrialJob } from './trial-job.js';
import { scoreOf, trialValues } from './trial-values.js';
import type { ReportListener } from './trial-runner.js';

export interface TrialServices {
  /** A registry with everything that a recipe may name. */
  openRegistry(recipe: unknown, recipeFolder: string): Promise<Registry>;
  readonly reporter?: Reporter | undefined;
  readonly signal: AbortSignal;
}

/** Share of a rung at which it counts as reached: with accumulated gradients an epoch is no whole number of steps. */
const TOLERANCE = 0.98;
/** Milliseconds between two looks at the lock of a trial whose last worker is about to end. */
const LOCK_POLL = 200;
/** Looks before it is given up. */
const LOCK_LOOKS = 150;

/**
 * Runs a trial: a training for each seed, the first of them compared at the rungs. Everything is in the trial's folder, so that a
 * trial that was cut off goes on from its checkpoint, and one that has ended is not run again.
 *
 * @returns how it ended; a failure that lies in the configuration is an outcome, too.
 * @throws DistillerError `cancelled` when the signal is aborted, `io` when the folder can't be used.
 */
export async function evaluateTrial(
  job: TrialJob,
  hear: ReportListener,
  services: TrialServices,
): Promise<TrialOutcome> {
  await makeFolder(job.folder);
  const lock = await lockTrial(job.folder);
  try {
    const note = join(job.folder, 'outcome.json');
    const known = await readNote(note, outcomeNote);
    if (known) {
      if (known.study === job.study) return known.outcome;
      throw new DistillerError(
        'io',
        `${job.folder} holds a trial of another study. Choose another folder with --out.`,
      );
    }
    const outcome = await new TrialEvaluation(job, hear, services).run();
    await writeFileAtomically(note, `${JSON.stringify({ study: job.study, outcome })}\n`);
    for (const { seed } of job.runs) await removeCheckpoints(runFolder(job, seed));
    return outcome;
  } finally {
    await lock.release();
  }
}

const outcomeNote = z.strictObject({ study: z.string(), outcome: trialOutcome });
const reportsNote = z.array(z.strictObject({ budget: z.number(), value: z.number() }));

class TrialEvaluation {
  private reports: TrialReport[] = [];

  constructor(
    private readonly job: TrialJob,
    private readonly hear: ReportListener,
    private readonly services: TrialServices,
  ) {}

  async run(): Promise<TrialOutcome> {
    const { objectives, runs } = this.job;
    const done: TrialRun[] = [];
    try {
      this.reports = (await readNote(this.reportsPath, reportsNote)) ?? [];
      for (const report of this.reports) this.hear(report);
      for (const [index, { seed, recipe }] of runs.entries()) {
        done.push(await this.train(seed, recipe, index === 0));
        if (this.isPruned()) return { state: 'pruned', reports: this.reports, runs: done };
      }
      const { values, spread } = trialValues(objectives, done);
      return {
        state: 'complete',
        reports: this.reports,
        values,
        ...(spread && { spread }),
        runs: done,
      };
    } catch (error) {
      if (!isFault(error)) throw error;
      return { state: 'failed', reports: this.reports, reason: error.message };
    }
  }

  private async train(seed: number, recipe: unknown, isCompared: boolean): Promise<TrialRun> {
    const { job, services } = this;
    const names = job.objectives.map(({ name }) => name);
    const result = await trainStudent(recipe, {
      registry: await services.openRegistry(recipe, job.recipeFolder),
      folder: runFolder(job, seed),
      recipeFolder: job.recipeFolder,
      cacheFolder: job.cacheFolder,
      resume: true,
      reporter: services.reporter,
      signal: services.signal,
      onEvaluation: isCompared ? (evaluation) => this.compare(evaluation) : undefined,
      measure: { latency: names.includes('latencyMs'), teacher: names.includes('retained') },
    });
    return { seed, ...result };
  }

  /** @returns whether the training goes on. */
  private async compare({
    step,
    totalSteps,
    selects,
    bestScores,
  }: TrainingEvaluation): Promise<boolean> {
    const value = scoreOf(this.job.objectives[0]?.name ?? 'score', bestScores, selects);
    const reached = rungsOf(this.job).filter(({ share }) => share * totalSteps * TOLERANCE <= step);
    const isNew = reached.length > this.reports.length;
    if (value === undefined || !isNew || step === totalSteps) return !this.isPruned();
    for (const { budget } of reached.slice(this.reports.length)) {
      const report = { budget, value };
      this.reports.push(report);
      this.hear(report);
    }
    await writeFileAtomically(this.reportsPath, `${JSON.stringify(this.reports)}\n`);
    return !this.isPruned();
  }

  private isPruned(): boolean {
    return isPruned(this.job, this.reports);
  }

  private get reportsPath(): string {
    return join(this.job.folder, 'reports.json');
  }
}

function runFolder(job: TrialJob, seed: number): string {
  return join(job.folder, `seed-${seed}`);
}

/** Weights and optimizer states take space that hundreds of trials don't have. Metrics and recipe stay. */
async function removeCheckpoints(folder: string): Promise<void> {
  await rm(join(folder, 'checkpoints'), { recursive: true, force: true });
}

/** Whether the trial is to blame, and would fail again. */
function isFault(error: unknown): error is DistillerError {
  const { name, code } = error as DistillerError;
  return name === 'DistillerError' && code !== 'cancelled' && code !== 'io';
}

/** Waits for the last worker of the trial, which is gone or about to be: it ends itself when the one it works for has ended. */
async function lockTrial(folder: string): Promise<FileLock> {
  const path = join(folder, '.lock');
  for (let look = 1; ; look++) {
    const lock = await takeFileLock(path);
    if (typeof lock !== 'string') return lock;
    if (look === LOCK_LOOKS) {
      throw new DistillerError(
        'io',
        `${folder} is in use by ${lock}. If that process is gone, delete ${path}.`,
      );
    }
    await setTimeout(LOCK_POLL);
  }
}

/** @returns undefined when there is none. @throws DistillerError `input` when it is damaged. */
async function readNote<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError('read', path, cause);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DistillerError('input', `${path} is damaged. Delete it, and the trial goes on.`, {
      cause,
    });
  }
}
