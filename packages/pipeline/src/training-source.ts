import { createRng, type Example, type Rng, type Task } from '@distiller/core';
import { trainingBatches, type EncodedExamples } from '@distiller/data';
import type { Augmentation } from './augmentation/augmentation.js';
import { augmentedBatches, batchesPerEpochOf } from './augmentation/augmented-batches.js';
import { prefetchedBatches } from './augmentation/prefetched-batches.js';
import { openRewriter } from './augmentation/rewriter.js';
import type { TrainingPlan } from './distillation.js';
import { mixedBatches, type BatchSource } from './mixed-batches.js';
import { mixupBatches } from './mixup/mixup-batches.js';
import type { Mixup } from './mixup/mixup-settings.js';

/** What the batches of a training are made of. */
export interface TrainingTexts {
  /** Texts to train on; each source keeps to its own batches. */
  readonly sources: readonly EncodedExamples[];
  /** Of the first source; texts without labels are taken as they are. */
  readonly augmentation?: Augmentation | undefined;
  /** Encodes new texts as those of the sources; needed for augmentation. */
  encode?(examples: AsyncIterable<Example> | Iterable<Example>): Promise<EncodedExamples>;
  readonly mixup?: Mixup | undefined;
}

/** Batches of a training; dispose of it, and no thread is left that makes any. */
export interface TrainingSource extends BatchSource {
  dispose(): Promise<void>;
}

type Plan = Pick<TrainingPlan, 'batchSize' | 'tokenBudget' | 'lengths'>;

/** Batches in an epoch: those of all sources, augmented texts included. */
export function countBatches(
  { sources, augmentation }: Pick<TrainingTexts, 'sources' | 'augmentation'>,
  plan: Plan,
  task: Task,
): number {
  return sources
    .map((source, index) =>
      augmentation && index === 0
        ? batchesPerEpochOf(source.examples.length * (1 + augmentation.copies), plan.batchSize)
        : trainingBatches(source, optionsOf(plan, task), createRng(0)).batchesPerEpoch,
    )
    .reduce((sum, count) => sum + count, 0);
}

/**
 * Each source keeps to its own batches; an epoch has the batches of all.
 *
 * @param end number of batches that will be read.
 */
export function trainingSource(
  { sources, augmentation, encode, mixup }: TrainingTexts,
  plan: Plan,
  task: Task,
  seed: number,
  end: number,
  signal: AbortSignal,
): TrainingSource {
  const rng = createRng(seed).derive('data');
  const options = optionsOf(plan, task);
  const stop = new AbortController();
  const rewriter = augmentation && openRewriter(augmentation, seed);
  const epochs = Math.ceil(end / countBatches({ sources, augmentation }, plan, task));
  const shuffled = sources.map((originals, index) => {
    const own = rng.derive('source', index);
    if (!augmentation || !rewriter || !encode || index > 0)
      return immediate(originals, options, own);
    return augmentedBatches({
      numbers: augmentation,
      kind: task.kind,
      originals,
      encode,
      batches: options,
      rng: own,
      rewriter,
      epochs,
      signal: AbortSignal.any([signal, stop.signal]),
    });
  });
  const [only] = shuffled;
  const all = shuffled.length === 1 && only ? only : mixedBatches(shuffled, rng);
  const ready = augmentation ? prefetchedBatches(all, end) : all;
  const mixed = mixup ? mixupBatches(ready, mixup, createRng(seed).derive('mixup')) : ready;
  return {
    ...mixed,
    async dispose() {
      stop.abort();
      await rewriter?.dispose();
    },
  };
}

function immediate(
  texts: EncodedExamples,
  options: ReturnType<typeof optionsOf>,
  rng: Rng,
): BatchSource {
  const batches = trainingBatches(texts, options, rng);
  return {
    batchesPerEpoch: batches.batchesPerEpoch,
    at: async (index) => batches.at(index),
  };
}

function optionsOf(
  { batchSize, tokenBudget, lengths }: Plan,
  { kind, outputs }: Pick<Task, 'kind' | 'outputs'>,
) {
  return {
    size: batchSize,
    kind,
    outputs,
    ...(tokenBudget === undefined ? {} : { tokens: tokenBudget }),
    ...(lengths === undefined ? {} : { lengths }),
  };
}
