import { DistillerError, didYouMean } from '@distiller/core';

/** A class: how files write it and what it is called. */
export interface ClassLabel {
  readonly value: string;
  readonly name: string;
}

/**
 * The id of the class that a file's value stands for.
 *
 * @throws DistillerError `input` for a value that is none of them.
 */
export function classId(labels: readonly ClassLabel[], value: string, place: string): number {
  const id = labels.findIndex((label) => label.value === value);
  if (id >= 0) return id;
  throw new DistillerError(
    'input',
    `${place}: the label ${JSON.stringify(value)} is unknown. ` +
      `${didYouMean(
        value,
        labels.map((label) => label.value),
      )} Mend the row, or list all labels under "labels".`,
  );
}

/** Distinct values as classes: in numeric order when all are numbers, else by character code. */
export function discoverLabels(values: Iterable<string>, where: string): readonly ClassLabel[] {
  const distinct = [...new Set(values)];
  if (distinct.length < 2) {
    throw new DistillerError(
      'input',
      `${where} has ${distinct.length === 0 ? 'no label' : `only the label ${JSON.stringify(distinct[0])}`}; ` +
        'a classification needs two or more. Check the label column.',
    );
  }
  const numeric = distinct.every((value) => value.trim() !== '' && Number.isFinite(Number(value)));
  distinct.sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  return distinct.map((value) => ({ value, name: value }));
}
