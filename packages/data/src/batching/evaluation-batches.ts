import type { Batch } from '@distiller/core';
import { batchBuilder } from './build-batch.js';
import type { EncodedExamples } from './encode-examples.js';
import { planBatches, type BatchOptions } from './plan-batches.js';

/** A batch with the places of its examples in the split. */
export interface EvaluationBatch extends Batch {
  /** `examples[i]` is example `indices[i]` of the split. */
  readonly indices: Uint32Array;
}

export interface EvaluationBatches extends Iterable<EvaluationBatch> {
  /** Number of batches. */
  readonly length: number;
}

/**
 * Every example exactly once, in length-bucketed batches of fixed shapes. Only the last batch can have fewer
 * examples than rows: the rows beyond `examples.length` repeat the last example, and whatever a model answers
 * there must be dropped. Batches are built as they are asked for.
 *
 * @throws DistillerError `config` when the size or a length makes no sense, or nobody is called like the leader.
 */
export function evaluationBatches(
  encoded: EncodedExamples,
  options: BatchOptions,
): EvaluationBatches {
  const { buckets, build } = batchBuilder(encoded, options);
  const plan = planBatches(buckets, ({ members }) => members);
  return {
    length: plan.length,
    *[Symbol.iterator]() {
      for (const batch of plan) yield { ...build(batch), indices: batch.rows };
    },
  };
}
