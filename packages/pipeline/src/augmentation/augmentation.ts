import type { Augmenter, ComponentChoice } from '@distiller/core';
import type { AugmentationNumbers } from './augmentation-settings.js';

/** One step of an augmentation pipeline. */
export interface NamedAugmenter {
  /** Shown in messages. */
  readonly name: string;
  readonly augmenter: Augmenter;
}

/** How worker threads make a pipeline of augmenters; plain data. */
export interface WorkerPipeline {
  readonly workers: number;
  /** Absolute paths of the modules whose default exports are the plugins. */
  readonly modules: readonly string[];
  /** In the order in which they rewrite a text. */
  readonly choices: readonly ComponentChoice[];
  readonly seed: number;
  /** Relative paths in settings count from here; absolute. */
  readonly recipeFolder: string;
  /** For caches that outlive a run; absolute. */
  readonly cacheFolder: string;
}

/** How the training texts are augmented. */
export interface Augmentation extends AugmentationNumbers {
  /** Made augmenters run in this thread, in their order; the description of some is made in every worker thread. */
  readonly pipeline: readonly NamedAugmenter[] | WorkerPipeline;
}

export function isWorkerPipeline(pipeline: Augmentation['pipeline']): pipeline is WorkerPipeline {
  return 'choices' in pipeline;
}
