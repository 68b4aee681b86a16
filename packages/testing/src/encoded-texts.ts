import type { HostTensor, HostTensors, Texts, TokenizerModel } from '@distiller/core';

/**
 * Texts as a model reads them: `ids`, `mask`, `types`, int32 [B, T], padded on the right.
 *
 * @param extra tokens of padding beyond the longest text.
 */
export function encodedTexts(
  tokenizer: TokenizerModel,
  texts: readonly Texts[],
  maxLength: number,
  extra = 0,
): HostTensors {
  const encodings = texts.map((text) => tokenizer.encode(text, maxLength));
  const width = Math.max(...encodings.map(({ ids }) => ids.length)) + extra;
  const tensor = (rows: readonly (readonly number[])[], pad: number): HostTensor => ({
    dtype: 'int32',
    shape: [rows.length, width],
    data: Int32Array.from(
      rows.flatMap((row) => [...row, ...Array<number>(width - row.length).fill(pad)]),
    ),
  });
  return {
    ids: tensor(
      encodings.map(({ ids }) => ids),
      tokenizer.padId,
    ),
    mask: tensor(
      encodings.map(({ ids }) => ids.map(() => 1)),
      0,
    ),
    types: tensor(
      encodings.map(({ types }) => types),
      0,
    ),
  };
}
