import type { Batch, Example, HostTensor, HostTensors, Rng } from '@distiller/core';
import { maskTokens, mostHidden, type MaskVocabulary } from './mask-tokens.js';

/**
 * A batch with tokens hidden in the encodings of `role`: `positions` int32 [B, P] of the hidden tokens, 0 where a text has fewer,
 * and as `hidden`, int32 [B, P], what stood there, −1 where a text has fewer.
 *
 * @param rngOf the stream of an example; rows beyond the examples repeat the last one's.
 */
export function maskedBatch<B extends Batch>(
  batch: B,
  role: string,
  vocabulary: MaskVocabulary,
  rngOf: (example: Example) => Rng,
): B {
  const { ids, mask, types } = batch.encodings[role] as Required<HostTensors>;
  const [rows = 0, length = 0] = ids?.shape ?? [];
  const places = mostHidden(length);
  const maskedIds = Int32Array.from(ids?.data as Int32Array);
  const positions = new Int32Array(rows * places);
  const hidden = new Int32Array(rows * places).fill(-1);
  for (let row = 0; row < rows; row++) {
    const example = batch.examples[Math.min(row, batch.examples.length - 1)] as Example;
    const text = maskedIds.subarray(row * length, (row + 1) * length);
    const masked = maskTokens(text, vocabulary, rngOf(example));
    text.set(masked.ids);
    positions.set(masked.positions, row * places);
    hidden.set(masked.targets, row * places);
  }
  const tensor = (data: Int32Array, width: number): HostTensor => ({
    dtype: 'int32',
    shape: [rows, width],
    data,
  });
  const encoding = {
    ids: tensor(maskedIds, length),
    mask,
    types,
    positions: tensor(positions, places),
    hidden: tensor(hidden, places),
  } as HostTensors;
  return { ...batch, encodings: { ...batch.encodings, [role]: encoding } };
}
