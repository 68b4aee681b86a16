import type { Batch, Rng } from '@distiller/core';

/** Batches by number, without end. */
export interface BatchSource {
  readonly batchesPerEpoch: number;
  /** @param index counted from 0 on through all epochs. */
  at(index: number): Promise<Batch>;
}

/**
 * Mixes the batches of several sources: an epoch has every batch of each source's epoch once, in an order that is a
 * function of (generator, epoch). Each batch comes from one source, so labelled and unlabelled texts never share one.
 */
export function mixedBatches(sources: readonly BatchSource[], rng: Rng): BatchSource {
  const batchesPerEpoch = sources.reduce((sum, source) => sum + source.batchesPerEpoch, 0);
  let planned: { readonly epoch: number; readonly order: Uint32Array } | undefined;
  return {
    batchesPerEpoch,
    async at(index) {
      const epoch = Math.floor(index / batchesPerEpoch);
      if (planned?.epoch !== epoch)
        planned = { epoch, order: rng.derive('mix', epoch).permutation(batchesPerEpoch) };
      let place = planned.order[index % batchesPerEpoch] as number;
      for (const source of sources) {
        if (place < source.batchesPerEpoch)
          return source.at(epoch * source.batchesPerEpoch + place);
        place -= source.batchesPerEpoch;
      }
      throw new RangeError(`Batch ${index} lies outside its epoch; this is a bug in mixedBatches.`);
    },
  };
}
