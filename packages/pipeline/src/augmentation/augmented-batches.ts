import type { Example, Rng, TaskKind } from '@distiller/core';
import {
  trainingBatches,
  type BatchOptions,
  type EncodedExamples,
  type TrainingBatches,
} from '@distiller/data';
import type { BatchSource } from '../mixed-batches.js';
import type { AugmentationNumbers } from './augmentation-settings.js';
import { augmentedSet } from './augmented-set.js';
import { Generations } from './generations.js';
import { repeatedBatches } from './repeated-batches.js';
import type { Rewriter } from './rewriter.js';

export interface AugmentedBatchesOptions {
  readonly numbers: AugmentationNumbers;
  readonly kind: TaskKind;
  readonly originals: EncodedExamples;
  /** Encodes new texts as the originals are. */
  encode(examples: AsyncIterable<Example> | Iterable<Example>): Promise<EncodedExamples>;
  readonly batches: Omit<BatchOptions, 'tokens'>;
  /** Decides the order of the texts. */
  readonly rng: Rng;
  readonly rewriter: Rewriter;
  /** Epochs that will be read. */
  readonly epochs: number;
  readonly signal: AbortSignal;
}

/** Batches in an epoch of `count` examples; without a limit of tokens it does not depend on the texts. */
export function batchesPerEpochOf(count: number, size: number): number {
  return Math.ceil(count / Math.min(size, count));
}

/**
 * Batches of original and augmented texts, shuffled together. The texts of an epoch are those of its generation, a
 * function of (seed, generation) alone, so that any batch can be made without those before it.
 */
export function augmentedBatches(options: AugmentedBatchesOptions): BatchSource {
  const { numbers, kind, originals, encode, rewriter, signal, epochs } = options;
  const { copies, refreshEpochs, repeated } = numbers;
  const count = originals.examples.length * (1 + copies);
  const batchesPerEpoch = batchesPerEpochOf(count, options.batches.size);
  const generations = new Generations({
    originals,
    make: (generation) =>
      encode(
        // A context of several windows has several rows, but is rewritten once.
        augmentedSet({
          kind,
          originals: [...new Set(originals.examples)],
          copies,
          generation,
          rewriter,
          signal,
        }),
      ),
    last: copies === 0 ? 0 : Math.floor((epochs - 1) / refreshEpochs),
  });
  let shuffled: { readonly texts: EncodedExamples; readonly batches: TrainingBatches } | undefined;
  const source: BatchSource = {
    batchesPerEpoch,
    async at(index) {
      const epoch = Math.floor(index / batchesPerEpoch);
      const texts =
        copies === 0 ? originals : await generations.get(Math.floor(epoch / refreshEpochs));
      if (shuffled?.texts !== texts)
        shuffled = { texts, batches: trainingBatches(texts, options.batches, options.rng) };
      // Only a rewritten question can change the number of rows: its context then has other windows.
      const actual = shuffled.batches.batchesPerEpoch;
      return shuffled.batches.at(epoch * actual + ((index % batchesPerEpoch) % actual));
    },
  };
  return repeated === 1 ? source : repeatedBatches(source, { ...options, versions: repeated - 1 });
}
