import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DistillerError, fingerprint, type Registry, type Reporter } from '@distiller/core';
import { assertRunnable } from './assert-runnable.js';
import { coordinateStudy } from './coordinate-study.js';
import { hasJournal, Journal } from './journal.js';
import type { StudyRecord } from './journal-record.js';
import { planStudy } from './plan-study.js';
import type { OpenedStudy } from './study-file.js';
import { StudyState } from './study-state.js';
import { summarise, type StudySummary } from './study-summary.js';
import type { TrialRunner } from './trial-runner.js';

export interface SearchOptions extends OpenedStudy {
  /** Everything that the study writes goes here. */
  readonly folder: string;
  /** By default `cache` beside the folder. */
  readonly cacheFolder?: string | undefined;
  /** Go on with the study that is in the folder. */
  readonly resume?: boolean | undefined;
  /** Holds everything that the recipes of the study may name. */
  readonly registry: Registry;
  /** Trials that are run at a time; by default the study's `concurrency`, or one a core. */
  readonly workers?: number | undefined;
  /** Trials run on other machines, and the data need not be here: recipes are checked without them. */
  readonly isRemote?: boolean | undefined;
  /** @param slots trials that it should take at a time. */
  openRunner(slots: number): TrialRunner | Promise<TrialRunner>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Runs a study to its end, or goes on with one. The journal in its folder is the truth; every trial has a folder of its own.
 *
 * @throws DistillerError `config` when the folder holds another study, and as `assertRunnable`; `cancelled` when the signal is aborted; as
 *   `coordinateStudy`.
 */
export async function search(options: SearchOptions): Promise<StudySummary> {
  const folder = resolve(options.folder);
  // Before there is a folder: what can't be run leaves nothing behind.
  if (!(await hasJournal(folder))) {
    const { threads } = newRecord(options, folder);
    await assertRunnable({ ...options, threads, hasData: options.isRemote !== true });
  }
  const { journal, records } = await Journal.open(folder);
  try {
    const state = new StudyState(records);
    const record = state.study ?? newRecord(options, folder);
    if (state.study) assertSameStudy(state.study, options, folder);
    else {
      await journal.append(record);
      state.apply(record);
    }
    const { concurrency, threads } = record;
    const { study, recipeFolder, registry, reporter, signal } = options;
    const cacheFolder = resolve(options.cacheFolder ?? join(dirname(folder), 'cache'));
    const id = studyId(record);
    const plan = planStudy({
      study,
      recipeFolder,
      folder,
      cacheFolder,
      concurrency,
      threads,
      registry,
      id,
    });
    const runner = await options.openRunner(Math.min(options.workers ?? concurrency, concurrency));
    try {
      await coordinateStudy(plan, { state, journal, runner, reporter, signal });
    } finally {
      await runner.close();
    }
    return summarise(state, study.trials);
  } finally {
    await journal.close();
  }
}

/** What a journal begins with; everything in it stays as it is for the whole study. */
function newRecord({ study, recipeFolder, workers }: SearchOptions, folder: string): StudyRecord {
  const cores = availableParallelism();
  const concurrency = study.concurrency ?? workers ?? cores;
  const threads = Math.max(1, Math.floor(cores / concurrency));
  return {
    kind: 'study',
    version: 1,
    study,
    recipeFolder: relative(folder, recipeFolder).split(sep).join('/'),
    concurrency,
    threads,
  };
}

/** Different for studies that differ. */
export function studyId({ study, concurrency }: StudyRecord): string {
  return fingerprint('study', JSON.stringify(withoutTrials(study)), String(concurrency)).slice(
    0,
    16,
  );
}

/** More trials may be asked for later; they don't change the first ones. */
function withoutTrials(study: Readonly<Record<string, unknown>>): object {
  return { ...study, trials: undefined };
}

function assertSameStudy(before: StudyRecord, options: SearchOptions, folder: string): void {
  const { study, resume } = options;
  if (!resume) {
    throw new DistillerError(
      'config',
      `${folder} already holds a study. Go on with it by --resume, or choose another folder with --out.`,
    );
  }
  const now = JSON.parse(JSON.stringify(study)) as Record<string, unknown>;
  const keys = new Set([...Object.keys(before.study), ...Object.keys(now)]);
  const changed = [...keys].filter(
    (key) => key !== 'trials' && JSON.stringify(before.study[key]) !== JSON.stringify(now[key]),
  );
  if (changed.length === 0) return;
  throw new DistillerError(
    'config',
    `${folder} holds another study: ${changed.join(', ')} ${changed.length === 1 ? 'differs' : 'differ'}. Only \`trials\` may change. Resume with the study file of the first start, or choose another folder with --out.`,
  );
}
