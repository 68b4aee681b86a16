import {
  DistillerError,
  type Alignment,
  type Batch,
  type Example,
  type HostTensors,
  type WordAlignment,
} from '@distiller/core';
import { bucketLengths, fittingLength } from './bucket-lengths.js';
import type { EncodedExamples, EncodedTexts } from './encode-examples.js';
import { labelTensor } from './label-tensor.js';
import { padEncodings } from './pad-encodings.js';
import {
  sortIntoBuckets,
  type BatchOptions,
  type Bucket,
  type PlannedBatch,
} from './plan-batches.js';

/** Makes batches of a split to plan. */
export interface BatchBuilder {
  readonly buckets: readonly Bucket[];
  /** Rows B beyond the planned ones repeat the last of them, so that no row is without tokens. */
  build(batch: PlannedBatch): Batch;
}

/** @throws DistillerError `config` when the size or a length makes no sense, or nobody is called like the leader. */
export function batchBuilder(
  encoded: EncodedExamples,
  { leader = 'student', ...options }: BatchOptions,
): BatchBuilder {
  const leading = encoded.texts[leader];
  if (leading === undefined) {
    throw new DistillerError(
      'config',
      `Batches should follow the lengths of "${leader}", but texts are encoded for ${Object.keys(encoded.texts).join(', ')} only.`,
    );
  }
  const labelled = encoded.examples.every((example) => example.label !== undefined);
  return {
    buckets: sortIntoBuckets(leading, options),
    build({ bucket, rows }) {
      const padded = Array.from(
        { length: bucket.size },
        (_, i) => rows[Math.min(i, rows.length - 1)] as number,
      );
      const built = new Map<EncodedTexts, HostTensors>();
      for (const texts of new Set(Object.values(encoded.texts))) {
        const length =
          texts === leading
            ? bucket.length
            : fittingLength(
                bucketLengths(texts.maxLength, options.lengths),
                longest(texts, padded),
              );
        built.set(texts, padTexts(texts, padded, length));
      }
      return {
        examples: Array.from(rows, (row) => encoded.examples[row] as Example),
        encodings: Object.fromEntries(
          Object.entries(encoded.texts).map(([role, texts]) => [
            role,
            built.get(texts) as HostTensors,
          ]),
        ),
        ...(labelled && {
          labels: labelTensor(encoded, leading, padded, bucket.length, options),
        }),
        ...(leading.alignments && {
          alignments: Array.from(rows, (row) => leading.alignments?.[row] as Alignment),
        }),
      };
    },
  };
}

function longest({ starts }: EncodedTexts, rows: readonly number[]): number {
  return rows.reduce(
    (most, row) => Math.max(most, (starts[row + 1] as number) - (starts[row] as number)),
    0,
  );
}

/** `ids`, `mask` and `types`, for words also `firsts`, int32 [rows, length] each. */
function padTexts(
  { starts, ids, types, padId, alignments }: EncodedTexts,
  rows: readonly number[],
  length: number,
): HostTensors {
  const encodings = rows.map((row) => {
    const range = [starts[row] as number, starts[row + 1] as number] as const;
    return { ids: ids.subarray(...range), types: types.subarray(...range) };
  });
  const padded = padEncodings(encodings, { length, padId });
  if (!alignments || !('firsts' in (alignments[0] ?? {}))) return padded;
  const marks = new Int32Array(rows.length * length);
  rows.forEach((row, i) => {
    for (const first of (alignments[row] as WordAlignment).firsts)
      if (first >= 0) marks[i * length + first] = 1;
  });
  return { ...padded, firsts: { ...padded.ids, data: marks } };
}
