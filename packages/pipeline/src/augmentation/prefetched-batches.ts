import type { Batch } from '@distiller/core';
import type { BatchSource } from '../mixed-batches.js';

/**
 * Prepares the next batch while one is used.
 *
 * @param end number of batches that will be read; none is prepared beyond.
 */
export function prefetchedBatches(source: BatchSource, end: number): BatchSource {
  const ahead = new Map<number, Promise<Batch>>();
  const start = (index: number): Promise<Batch> => {
    const batch = ahead.get(index) ?? source.at(index);
    // A failure ahead of need is told to whoever needs the batch.
    batch.catch(() => undefined);
    ahead.set(index, batch);
    return batch;
  };
  return {
    ...source,
    async at(index) {
      const batch = start(index);
      ahead.delete(index);
      const built = await batch;
      if (index + 1 < end) void start(index + 1);
      return built;
    },
  };
}
