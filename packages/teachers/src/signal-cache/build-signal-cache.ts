import {
  DistillerError,
  type Batch,
  type Reporter,
  type SignalNeeds,
  type Teacher,
} from '@distiller/core';

export interface BuildSignalCacheOptions {
  readonly reporter?: Pick<Reporter, 'progress'>;
  /** Stops between two batches; what is there is kept. */
  readonly signal?: AbortSignal;
  /** Number of texts in all batches, for the progress. */
  readonly total?: number;
}

/**
 * Asks a teacher for the signals of every batch, so that a cached one has them when it is trained from. Can be
 * stopped and started again at any time.
 *
 * @returns how many rows the model answered and how many the cache knew.
 * @throws DistillerError `cancelled` when the signal aborts.
 */
export async function buildSignalCache(
  teacher: Teacher,
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  needs: SignalNeeds,
  { reporter, signal, total }: BuildSignalCacheOptions = {},
): Promise<ReturnType<Teacher['statistics']>> {
  const before = teacher.statistics();
  let done = 0;
  for await (const batch of batches) {
    if (signal?.aborted) {
      throw new DistillerError(
        'cancelled',
        `Stopped after the signals of ${done} texts. They are kept: the same command goes on from here.`,
      );
    }
    await teacher.signals(batch, needs);
    done += batch.examples.length;
    reporter?.progress({ stage: 'teacher signals', done, total: total ?? done, unit: 'texts' });
  }
  const after = teacher.statistics();
  return { computed: after.computed - before.computed, cached: after.cached - before.cached };
}
