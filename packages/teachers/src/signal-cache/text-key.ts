import { fingerprint, type HostTensors } from '@distiller/core';
import { KEY_BYTES } from './shard-file.js';

/** One text as the teacher is shown it: without padding. */
export interface EncodedText {
  /** Hexadecimal hash of ids and types. Texts that look the same to the teacher share it. */
  readonly key: string;
  readonly ids: Int32Array;
  readonly types: Int32Array;
}

/** The first `count` rows of an encoding, each cut to its tokens. Padding stands at the end. */
export function textsOf(encoding: HostTensors, count: number): readonly EncodedText[] {
  const { ids, mask, types } = encoding as Required<
    Record<'ids' | 'mask' | 'types', HostTensors[string]>
  >;
  const length = ids.shape[1] as number;
  return Array.from({ length: count }, (_, row) => {
    const start = row * length;
    const tokens = Int32Array.from(mask.data.subarray(start, start + length)).reduce(
      (a, b) => a + b,
      0,
    );
    const own = (data: HostTensors[string]['data']) =>
      Int32Array.from(data.subarray(start, start + tokens));
    const text = { ids: own(ids.data), types: own(types.data) };
    return { key: fingerprint(text.ids, text.types).slice(0, 2 * KEY_BYTES), ...text };
  });
}
