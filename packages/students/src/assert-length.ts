import { DistillerError } from '@distiller/core';

/** @throws DistillerError `shape` when a batch is longer than the network reads. */
export function assertLength(
  who: string,
  [batch, length]: readonly [number, number],
  maxLength: number,
): void {
  if (length <= maxLength) return;
  throw new DistillerError(
    'shape',
    `${who}: ids are [${batch}, ${length}], but the model reads at most ${maxLength} tokens. Truncate the texts to its maxLength.`,
  );
}
