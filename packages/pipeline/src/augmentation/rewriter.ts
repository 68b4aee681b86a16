import { isWorkerPipeline, type Augmentation } from './augmentation.js';
import { RewriterPool } from './rewriter-pool.js';
import { augmentationRng, runAugmenters, type TextJob } from './run-augmenters.js';

/** Runs an augmentation pipeline, in this thread or in others. */
export interface Rewriter {
  /** How many calls it can work on at a time. */
  readonly parallel: number;
  /** @returns a text for each job; throws as `runAugmenters`. */
  rewrite(jobs: readonly TextJob[], signal: AbortSignal): Promise<readonly string[]>;
  /** Ends its threads, whatever they are doing. Made augmenters stay their owner's. */
  dispose(): Promise<void>;
}

export function openRewriter({ pipeline }: Pick<Augmentation, 'pipeline'>, seed: number): Rewriter {
  if (isWorkerPipeline(pipeline)) return new RewriterPool(pipeline);
  const rng = augmentationRng(seed);
  return {
    parallel: 1,
    rewrite: (jobs, signal) => runAugmenters(pipeline, jobs, rng, signal),
    dispose: async () => undefined,
  };
}
