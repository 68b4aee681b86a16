import { DistillerError } from '@distiller/core';

const DEFAULT_LENGTHS = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/**
 * The lengths to which batches are padded: the given ones below `maxLength`, then `maxLength` itself. Each is a
 * graph to compile, so there should be a handful.
 *
 * @param lengths tokens, ascending. Default powers of two from 8.
 * @throws DistillerError `config` when they are not ascending whole numbers.
 */
export function bucketLengths(
  maxLength: number,
  lengths: readonly number[] = DEFAULT_LENGTHS,
): readonly number[] {
  const wrong = lengths.findIndex(
    (length, i) => !Number.isInteger(length) || length <= (i === 0 ? 0 : (lengths[i - 1] ?? 0)),
  );
  if (wrong >= 0) {
    throw new DistillerError(
      'config',
      `Batch lengths are ${lengths.join(', ')}; expected ascending whole numbers of tokens, but ${lengths[wrong]} breaks the order.`,
    );
  }
  return [...lengths.filter((length) => length < maxLength), maxLength];
}

/** The shortest of the lengths that holds `length` tokens. */
export function fittingLength(lengths: readonly number[], length: number): number {
  const found = lengths.find((candidate) => candidate >= length);
  if (found === undefined) {
    throw new DistillerError(
      'bug',
      `A text of ${length} tokens fits none of the lengths ${lengths.join(', ')}; this is a bug in encodeExamples.`,
    );
  }
  return found;
}
