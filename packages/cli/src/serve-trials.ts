import { basename, join } from 'node:path';
import type { Reporter } from '@distiller/core';
import type { TrialJob } from '@distiller/search';
import { queuePackage } from './open-runner.js';
import { localWorkers } from './open-study.js';

export interface ServeTrialsOptions {
  /** Address of the Redis. */
  readonly queue: string;
  /** Trials at a time. */
  readonly workers: number;
  /** Folder for trials and caches, absolute; by default where the study has them. */
  readonly out?: string | undefined;
  /** Relative paths of recipes count from here; by default from where the study's recipe lies. */
  readonly recipes?: string | undefined;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Runs trials of a queue in processes of this machine until it is asked to stop. */
export async function serveTrialsOf(options: ServeTrialsOptions): Promise<void> {
  const { queue: url, workers, out, recipes, reporter, signal } = options;
  const { serveQueue } = await queuePackage();
  const runner = localWorkers(workers);
  const relocate = (job: TrialJob): TrialJob => ({
    ...job,
    ...(recipes !== undefined && { recipeFolder: recipes }),
    ...(out !== undefined && {
      folder: join(out, job.study, basename(job.folder)),
      cacheFolder: join(out, 'cache'),
    }),
  });
  try {
    await serveQueue({ url, runner, relocate, reporter, signal });
  } finally {
    await runner.close();
  }
}
