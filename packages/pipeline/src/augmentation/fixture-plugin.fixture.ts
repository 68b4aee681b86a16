import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadPlugins, Registry, type ComponentChoice } from '@distiller/core';
import type { WorkerPipeline } from './augmentation.js';

export const FIXTURE_MODULE = fileURLToPath(new URL('./augmenters.fixture.mjs', import.meta.url));

/** The 15 orders of one, two or three augmenters without repetition. */
export const ORDERS: readonly (readonly number[])[] = [
  [0],
  [1],
  [2],
  [0, 1],
  [1, 0],
  [0, 2],
  [2, 0],
  [1, 2],
  [2, 1],
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

export const THREE: readonly ComponentChoice[] = [
  { use: 'tag' },
  { use: 'swap' },
  { use: 'double', p: 0.5 },
];

export async function fixtureRegistry(): Promise<Registry> {
  const registry = new Registry();
  for (const { plugin, path } of await loadPlugins([FIXTURE_MODULE], tmpdir()))
    registry.use(plugin, path);
  return registry;
}

export function workerPipeline(
  workers: number,
  choices: readonly ComponentChoice[],
): WorkerPipeline {
  return {
    workers,
    choices,
    modules: [FIXTURE_MODULE],
    seed: 7,
    recipeFolder: tmpdir(),
    cacheFolder: tmpdir(),
  };
}
