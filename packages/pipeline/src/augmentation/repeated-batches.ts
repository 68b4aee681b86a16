import type { Example } from '@distiller/core';
import { wholeBatch } from '@distiller/data';
import type { BatchSource } from '../mixed-batches.js';
import type { AugmentedBatchesOptions } from './augmented-batches.js';
import { rewriteExamples } from './augmented-set.js';

export interface RepeatedBatchesOptions extends Pick<
  AugmentedBatchesOptions,
  'kind' | 'encode' | 'batches' | 'rewriter' | 'signal' | 'originals'
> {
  /** Versions that join each example of a batch. */
  readonly versions: number;
}

/**
 * Repeated augmentation: to every batch of B texts come further versions of each, made for this batch alone, so that it
 * has B · (1 + versions) rows. They are made of the original text, also where the batch has an augmented one of it.
 *
 * @see Hoffer et al., "Augment Your Batch", 2020, §3, arXiv:1901.09335
 */
export function repeatedBatches(source: BatchSource, options: RepeatedBatchesOptions): BatchSource {
  const { kind, encode, batches, rewriter, signal, originals, versions } = options;
  const byId = new Map(originals.examples.map((example) => [example.id, example]));
  const originalOf = (example: Example): Example =>
    byId.get(example.id) ?? byId.get(example.id.slice(0, example.id.lastIndexOf('~'))) ?? example;
  return {
    ...source,
    async at(index) {
      const { examples } = await source.at(index);
      const named = examples.map((example) => ({ ...originalOf(example), id: example.id }));
      const further = await Promise.all(
        Array.from({ length: versions }, (_, version) =>
          rewriteExamples(kind, named, ['batch', index, version], {
            rewriter,
            signal,
            nameOf: ({ id }) => `${id}~${index}.${version}`,
          }),
        ),
      );
      return wholeBatch(await encode([...examples, ...further.flat()]), batches);
    },
  };
}
