import type { Batch, HostTensors, TokenizerModel } from '@distiller/core';
import { padEncodings } from '@distiller/data';

/** Lengths are rounded up, so that a compiled model meets few shapes. */
const STEP = 16;

/**
 * The texts of a batch for another tokenizer than the one that the batch was encoded with: `ids`, `mask`, `types`.
 *
 * @param rows of the batch; those beyond its examples repeat the last one.
 * @param length padded to exactly this when given, else to a multiple of 16.
 */
export function encodeBatch(
  { examples }: Batch,
  tokenizer: TokenizerModel,
  rows: number,
  maxLength: number,
  length?: number,
): HostTensors {
  const encodings = examples.map(({ texts }) => tokenizer.encode(texts, maxLength));
  const longest = Math.max(...encodings.map(({ ids }) => ids.length));
  const width = length ?? Math.min(maxLength, Math.ceil(longest / STEP) * STEP);
  return padEncodings(encodings, { length: width, padId: tokenizer.padId, rows });
}

/** Rows of a batch, more than examples in the last one of an evaluation. */
export function rowsOf({ encodings, examples }: Batch): number {
  const encoding = encodings['teacher'] ?? encodings['student'];
  return encoding?.['ids']?.shape[0] ?? examples.length;
}
