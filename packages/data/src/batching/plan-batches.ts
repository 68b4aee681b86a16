import { DistillerError, type Task } from '@distiller/core';
import { bucketLengths, fittingLength } from './bucket-lengths.js';
import type { EncodedTexts } from './encode-examples.js';

export interface BatchOptions {
  /** Examples in a batch; fewer only when there are fewer in all. ≥ 1. */
  readonly size: number;
  /** Padded tokens in a batch at most: batches of long texts hold fewer examples, at least one. Default no limit. */
  readonly tokens?: number;
  /** Lengths to which batches are padded, ascending. Default 8, 16, 32, … up to the model's maximum. */
  readonly lengths?: readonly number[];
  /** Decides the form of the labels. They are given when every example has one. */
  readonly kind: Task['kind'];
  /** Number of classes; for multi-label tasks. */
  readonly outputs?: number;
  /** The role whose lengths form the buckets. Default `student`. */
  readonly leader?: string;
}

/** Examples that are padded to one length, [size, length]. */
export interface Bucket {
  readonly length: number;
  readonly size: number;
  /** Indices of its examples, in file order. */
  readonly members: Uint32Array;
}

/** Indices of the examples of one batch. */
export interface PlannedBatch {
  readonly bucket: Bucket;
  /** `bucket.size` indices, except in the last batch of a plan. */
  readonly rows: Uint32Array;
}

/** Sorts texts into buckets by their length; buckets without texts are left out. */
export function sortIntoBuckets(
  texts: EncodedTexts,
  { size, tokens, lengths }: Pick<BatchOptions, 'size' | 'tokens' | 'lengths'>,
): readonly Bucket[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new DistillerError(
      'config',
      `The batch size is ${size}; expected a whole number of at least 1.`,
    );
  }
  const count = texts.starts.length - 1;
  const steps = bucketLengths(texts.maxLength, lengths);
  const members = new Map<number, number[]>(steps.map((length) => [length, []]));
  for (let i = 0; i < count; i++) {
    const length = (texts.starts[i + 1] as number) - (texts.starts[i] as number);
    members.get(fittingLength(steps, length))?.push(i);
  }
  return [...members]
    .filter(([, indices]) => indices.length > 0)
    .map(([length, indices]) => ({
      length,
      size: Math.max(
        1,
        Math.min(size, count, tokens === undefined ? size : Math.floor(tokens / length)),
      ),
      members: Uint32Array.from(indices),
    }));
}

/**
 * Cuts buckets into batches. What is left over in a bucket moves into the next longer one, where it costs some
 * padding, so that every example is used once and at most one batch, the last of the plan, is not full.
 * How many batches of which shape result depends on the buckets alone, not on the order within them.
 *
 * @param order the members of a bucket in the order in which they are used.
 */
export function planBatches(
  buckets: readonly Bucket[],
  order: (bucket: Bucket) => Uint32Array,
): readonly PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  let left = new Uint32Array(0);
  buckets.forEach((bucket, position) => {
    const own = order(bucket);
    const pool = new Uint32Array(left.length + own.length);
    pool.set(left);
    pool.set(own, left.length);
    const last = position === buckets.length - 1;
    let used = 0;
    while (pool.length - used >= bucket.size || (last && used < pool.length)) {
      batches.push({ bucket, rows: pool.slice(used, used + bucket.size) });
      used += bucket.size;
    }
    left = pool.slice(used);
  });
  return batches;
}
