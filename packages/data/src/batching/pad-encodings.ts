import type { HostTensor, HostTensors } from '@distiller/core';

/** A text as a model reads it, without padding. */
export interface Encoding {
  readonly ids: ArrayLike<number>;
  /** Token types, as many as ids; 0 when left out. */
  readonly types?: ArrayLike<number>;
}

/**
 * `ids`, `mask` and `types`, int32 [rows, length], padded on the right.
 *
 * @param encodings of at most `length` tokens each, at least one.
 * @param rows rows beyond the encodings repeat the last one, so that no row is without tokens; default as many.
 */
export function padEncodings(
  encodings: readonly Encoding[],
  {
    length,
    padId,
    rows = encodings.length,
  }: { readonly length: number; readonly padId: number; readonly rows?: number },
): Record<'ids' | 'mask' | 'types', HostTensor> & HostTensors {
  const ids = new Int32Array(rows * length).fill(padId);
  const mask = new Int32Array(rows * length);
  const types = new Int32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const encoding = encodings[Math.min(row, encodings.length - 1)] as Encoding;
    const start = row * length;
    ids.set(encoding.ids, start);
    mask.fill(1, start, start + encoding.ids.length);
    if (encoding.types) types.set(encoding.types, start);
  }
  const tensor = (data: Int32Array): HostTensor => ({
    dtype: 'int32',
    shape: [rows, length],
    data,
  });
  return { ids: tensor(ids), mask: tensor(mask), types: tensor(types) };
}
