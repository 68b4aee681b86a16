import { DistillerError, type HostTensors } from '@distiller/core';
import { padEncodings } from '@distiller/data';
import type { EncodedText } from './text-key.js';

/**
 * Lengths to which texts are padded. The same as those of training batches, so that a batch of new texts is computed
 * in full canonical batches.
 */
const LENGTHS = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** Those below the longest input of a model, and that input's length. */
export function canonicalLengths(maxLength: number): readonly number[] {
  return [...LENGTHS.filter((length) => length < maxLength), maxLength];
}

export interface CanonicalBatch {
  /** `ids`, `mask`, `types`, int32 [rows, length] each. Rows beyond `texts` repeat the last text. */
  readonly encoding: HostTensors;
  readonly texts: readonly EncodedText[];
}

/**
 * Batches in which a text's signals depend on that text alone. A longer or a fuller batch changes the last
 * bits of floating-point results, so each text is padded to the length that is next to its own, and every
 * batch has the same number of rows, whatever else is to be computed. (Row by row, engines compute the same
 * whatever stands in the other rows.)
 *
 * @param rows rows of every batch.
 * @throws DistillerError `shape` when a text is longer than the longest length.
 */
export function* canonicalBatches(
  texts: readonly EncodedText[],
  rows: number,
  lengths: readonly number[],
  padId: number,
): Iterable<CanonicalBatch> {
  for (const [length, group] of byLength(texts, lengths)) {
    for (let start = 0; start < group.length; start += rows) {
      const part = group.slice(start, start + rows);
      yield { texts: part, encoding: padEncodings(part, { length, padId, rows }) };
    }
  }
}

function byLength(
  texts: readonly EncodedText[],
  lengths: readonly number[],
): Map<number, EncodedText[]> {
  const groups = new Map<number, EncodedText[]>();
  for (const text of texts) {
    const length = lengths.find((candidate) => candidate >= text.ids.length);
    if (length === undefined) {
      throw new DistillerError(
        'shape',
        `teacher: a text has ${text.ids.length} tokens, but the teacher reads ${lengths.at(-1)} at most. Lower training.maxLength.`,
      );
    }
    const group = groups.get(length);
    if (group) group.push(text);
    else groups.set(length, [text]);
  }
  return groups;
}
