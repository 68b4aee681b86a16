import {
  bind,
  CACHE_FOLDER,
  loadPlugins,
  Registry,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  type DistillerError,
} from '@distiller/core';
import { resolve } from 'node:path';
import { Tinypool } from 'tinypool';
import type { NamedAugmenter, WorkerPipeline } from './augmentation.js';
import type { WorkerAnswer } from './rewriter-pool.js';
import { augmentationRng, augmenterRng, runAugmenters, type TextJob } from './run-augmenters.js';

const setup = Tinypool.workerData as WorkerPipeline;
let pipeline: Promise<readonly NamedAugmenter[]> | undefined;

/** What a thread of the pool does with a shard of texts. */
export default async function rewrite(jobs: readonly TextJob[]): Promise<WorkerAnswer> {
  try {
    pipeline ??= makePipeline();
    return { texts: await runAugmenters(await pipeline, jobs, augmentationRng(setup.seed)) };
  } catch (error) {
    const { name, code, message } = error as DistillerError;
    return { code: name === 'DistillerError' ? code : 'plugin', message };
  }
}

async function makePipeline(): Promise<readonly NamedAugmenter[]> {
  const { modules, choices, recipeFolder, cacheFolder, seed } = setup;
  const registry = new Registry();
  for (const { plugin } of await loadPlugins(modules, recipeFolder)) registry.use(plugin);
  const nothing = () => undefined;
  const services = [
    // A thread is ended from outside, and what it would say is said by the thread that waits for it.
    bind(SIGNAL, new AbortController().signal),
    bind(REPORTER, { info: nothing, warn: nothing, progress: nothing }),
    bind(RESOLVE_PATH, (path: string) => resolve(recipeFolder, path)),
    bind(CACHE_FOLDER, cacheFolder),
  ];
  return Promise.all(
    choices.map(async (choice, place) => ({
      name: choice.use,
      augmenter: await registry.create('augmenter', choice, [
        ...services,
        bind(RNG, augmenterRng(seed, place)),
      ]),
    })),
  );
}
