import type { Batch, HostTensor, HostTensors, TokenizerModel } from '@distiller/core';

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
  const texts = Array.from({ length: rows }, (_, row) => {
    const { texts } = examples[Math.min(row, examples.length - 1)] as Batch['examples'][number];
    return tokenizer.encode(texts, maxLength);
  });
  const longest = Math.max(...texts.map(({ ids }) => ids.length));
  const width = length ?? Math.min(maxLength, Math.ceil(longest / STEP) * STEP);
  const tensor = (values: readonly (readonly number[])[], pad: number): HostTensor => {
    const data = new Int32Array(rows * width).fill(pad);
    values.forEach((row, index) => data.set(row, index * width));
    return { dtype: 'int32', shape: [rows, width], data };
  };
  return {
    ids: tensor(
      texts.map(({ ids }) => ids),
      tokenizer.padId,
    ),
    mask: tensor(
      texts.map(({ ids }) => ids.map(() => 1)),
      0,
    ),
    types: tensor(
      texts.map(({ types }) => types),
      0,
    ),
  };
}

/** Rows of a batch, more than examples in the last one of an evaluation. */
export function rowsOf({ encodings, examples }: Batch): number {
  const encoding = encodings['teacher'] ?? encodings['student'];
  return encoding?.['ids']?.shape[0] ?? examples.length;
}
