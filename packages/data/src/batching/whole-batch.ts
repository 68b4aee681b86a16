import type { Batch } from '@distiller/core';
import { bucketLengths, fittingLength } from './bucket-lengths.js';
import { batchBuilder } from './build-batch.js';
import type { EncodedExamples, EncodedTexts } from './encode-examples.js';
import type { BatchOptions } from './plan-batches.js';

/** All examples in their order as one batch, padded to the length that fits the longest. */
export function wholeBatch(
  encoded: EncodedExamples,
  options: Pick<BatchOptions, 'kind' | 'lengths' | 'leader'>,
): Batch {
  const size = encoded.examples.length;
  const { starts, maxLength } = encoded.texts[options.leader ?? 'student'] as EncodedTexts;
  const longest = encoded.examples.reduce(
    (most, _, row) => Math.max(most, (starts[row + 1] as number) - (starts[row] as number)),
    0,
  );
  const members = Uint32Array.from({ length: size }, (_, row) => row);
  const length = fittingLength(bucketLengths(maxLength, options.lengths), longest);
  return batchBuilder(encoded, { ...options, size }).build({
    bucket: { length, size, members },
    rows: members,
  });
}
