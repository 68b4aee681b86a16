import type { Batch, Rng } from '@distiller/core';
import { batchBuilder } from './build-batch.js';
import type { EncodedExamples } from './encode-examples.js';
import { planBatches, type BatchOptions, type PlannedBatch } from './plan-batches.js';

/** Batches without end, by number; nothing has to be replayed to get at one. */
export interface TrainingBatches {
  readonly batchesPerEpoch: number;
  /** The distinct shapes [B, T] of the leading role, by T. */
  readonly shapes: readonly (readonly [number, number])[];
  /** @param index counted from 0 on through all epochs. Always a full batch. */
  at(index: number): Batch;
}

/**
 * Shuffled, length-bucketed batches of fixed shapes. Content and order of every batch are a function of
 * (generator, index). Each epoch uses every example once; the one batch that remains short is filled up with
 * examples drawn from the rest of the epoch, so at most `size − 1` are seen twice.
 *
 * @throws DistillerError `config` when the size or a length makes no sense, or nobody is called like the leader.
 */
export function trainingBatches(
  encoded: EncodedExamples,
  options: BatchOptions,
  rng: Rng,
): TrainingBatches {
  const { buckets, build } = batchBuilder(encoded, options);
  // Every epoch has batches of the same shapes in another order.
  const pattern = planBatches(buckets, ({ members }) => members);
  const shapes = new Map(
    pattern.map(({ bucket }) => [bucket.length, [bucket.size, bucket.length] as const]),
  );

  const planEpoch = (epoch: number): readonly PlannedBatch[] => {
    const draw = rng.derive('epoch', epoch);
    const batches = planBatches(buckets, ({ length, members }) =>
      draw
        .derive('bucket', length)
        .permutation(members.length)
        .map((position) => members[position] as number),
    ).map((batch) => fill(batch, () => draw.derive('fill').permutation(encoded.examples.length)));
    return Array.from(
      draw.derive('order').permutation(batches.length),
      (position) => batches[position] as PlannedBatch,
    );
  };
  let planned: { readonly epoch: number; readonly batches: readonly PlannedBatch[] } | undefined;

  return {
    batchesPerEpoch: pattern.length,
    shapes: [...shapes.values()],
    at(index) {
      const epoch = Math.floor(index / pattern.length);
      if (planned?.epoch !== epoch) planned = { epoch, batches: planEpoch(epoch) };
      return build(planned.batches[index % pattern.length] as PlannedBatch);
    },
  };
}

/** Fills a short batch, from the longest bucket, with examples that are not in it. */
function fill({ bucket, rows }: PlannedBatch, candidates: () => Uint32Array): PlannedBatch {
  if (rows.length === bucket.size) return { bucket, rows };
  const present = new Set(rows);
  const extra = candidates().filter((row) => !present.has(row));
  return { bucket, rows: Uint32Array.from([...rows, ...extra].slice(0, bucket.size)) };
}
