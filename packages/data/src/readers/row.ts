import { DistillerError, didYouMean } from '@distiller/core';

/** A column by its name, or by its place from 0 in a file without a header. */
export type Column = string | number;

/** Which columns of a file are wanted; no others are kept. */
export interface ColumnRequest {
  readonly required: readonly Column[];
  /** May be missing from the file as a whole. */
  readonly optional?: readonly Column[];
}

/** One record of any kind of file. */
export interface Row {
  /** The required columns, then the optional ones; undefined for one that the file does not have. */
  readonly cells: readonly (string | undefined)[];
  /** `file:line`, or `file, row n` where there are no lines; for errors. */
  readonly place: string;
}

/** The error for a column that a file does not have. */
export function missingColumn(path: string, column: Column, known: readonly string[]): Error {
  return new DistillerError(
    'input',
    `${path} has no column ${JSON.stringify(column)}. ` +
      (typeof column === 'number'
        ? `The file has a header, so name the column. Known: ${known.join(', ')}.`
        : didYouMean(column, known)),
  );
}

/**
 * A value of a typed file as text.
 *
 * @returns undefined for null.
 * @throws DistillerError `input` for lists and objects.
 */
export function cellText(value: unknown, place: string, column: Column): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  if (value === null || value === undefined) return undefined;
  throw new DistillerError(
    'input',
    `${place}: column ${JSON.stringify(column)} holds ${Array.isArray(value) ? 'a list' : 'an object'}; expected text or a number.`,
  );
}

/** The error for a required cell without a value. */
export function emptyCell(place: string, column: Column): Error {
  return new DistillerError(
    'input',
    `${place}: no value in column ${JSON.stringify(column)}. Fill it in or remove the row.`,
  );
}
