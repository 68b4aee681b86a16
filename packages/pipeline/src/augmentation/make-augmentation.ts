import { resolve } from 'node:path';
import {
  bind,
  CACHE_FOLDER,
  ENGINE,
  RNG,
  type AnyComponent,
  type ComponentChoice,
  type Engine,
  type Registry,
} from '@distiller/core';
import { runContext, serviceBindings, type RunOptions } from '../run-options.js';
import {
  isWorkerPipeline,
  type Augmentation,
  type NamedAugmenter,
  type WorkerPipeline,
} from './augmentation.js';
import { completeNumbers, type AugmentationSettings } from './augmentation-settings.js';
import { augmenterRng } from './run-augmenters.js';

/**
 * The `augmentation` block of a recipe with its components made: in worker threads, or in this one when the block says
 * so, when an augmenter computes on the engine, which has threads of its own, or when a plugin has no module to load.
 */
export async function makeAugmentation(
  { pipeline: choices, workers, ...numbers }: AugmentationSettings,
  seed: number,
  options: RunOptions,
  engine: Engine,
): Promise<Augmentation> {
  const complete = completeNumbers(numbers);
  const { registry } = options;
  const modules = modulesOf(choices, registry);
  if (workers > 0 && modules && !choices.some((choice) => needsEngine(choice, registry)))
    return { ...complete, pipeline: workerPipeline(workers, modules, choices, seed, options) };
  if (workers > 0)
    runContext(options).reporter.info(
      `augmentation: rewriting in the main thread, since an augmenter ${modules ? 'computes on the engine' : 'comes from a plugin without a module that threads could load (its `module`)'}.`,
    );
  const services = serviceBindings(options, seed, engine);
  const pipeline = await Promise.all(
    choices.map(async (choice, place) => ({
      name: choice.use,
      augmenter: await registry.create('augmenter', choice, [
        ...services('augmenter').filter(({ token }) => token !== RNG),
        bind(RNG, augmenterRng(seed, place)),
      ]),
    })),
  );
  return { ...complete, pipeline };
}

function workerPipeline(
  workers: number,
  modules: readonly string[],
  choices: readonly ComponentChoice[],
  seed: number,
  options: RunOptions,
): WorkerPipeline {
  const cache = serviceBindings(
    options,
    seed,
  )('augmenter').find(({ token }) => token === CACHE_FOLDER);
  return {
    workers,
    modules,
    choices,
    seed,
    recipeFolder: resolve(options.recipeFolder ?? ''),
    cacheFolder: cache?.value as string,
  };
}

/** Of the augmenters and of the components that their settings name. Undefined when one is unknown. */
function modulesOf(choices: readonly ComponentChoice[], registry: Registry): string[] | undefined {
  const modules = choices
    .flatMap((choice) => definitionsOf(choice, registry))
    .map(({ kind, name }) => registry.module(kind, name));
  return modules.every((path) => path !== undefined) ? [...new Set(modules)] : undefined;
}

function needsEngine(choice: ComponentChoice, registry: Registry): boolean {
  return definitionsOf(choice, registry).some(({ needs }) =>
    Object.values(needs).some((token) => token === ENGINE),
  );
}

/** An augmenter, and whatever has the name of a component that its settings `use`, such as a translator. */
function definitionsOf(choice: ComponentChoice, registry: Registry): AnyComponent[] {
  const names = namesIn(Object.values(choice));
  return [
    registry.definition('augmenter', choice.use),
    ...registry.list().filter(({ name }) => names.includes(name)),
  ];
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { use } = value as { readonly use?: unknown };
  return [...(typeof use === 'string' ? [use] : []), ...Object.values(value).flatMap(namesIn)];
}

/** Disposes of augmenters that were made in this thread. */
export async function disposeAugmenters(augmentation: Augmentation | undefined): Promise<void> {
  if (!augmentation || isWorkerPipeline(augmentation.pipeline)) return;
  await Promise.all(
    augmentation.pipeline.map(({ augmenter }: NamedAugmenter) => augmenter.dispose?.()),
  );
}
