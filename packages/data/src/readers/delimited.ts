import { pipeline, Readable } from 'node:stream';
import { DistillerError } from '@distiller/core';
import { parse, type CsvError } from 'csv-parse';
import { missingColumn, type Column, type ColumnRequest, type Row } from './row.js';
import { readTextBlocks, type TextEncoding } from './text-blocks.js';

export interface DelimitedOptions {
  /** One character between cells. */
  readonly delimiter: string;
  /** Whether cells may stand in double quotes, with delimiters and line breaks inside. */
  readonly quotes: boolean;
  /** Whether the first line names the columns. */
  readonly header: boolean;
  readonly encoding: TextEncoding;
  /** Number of columns: the last one takes the rest of the line, delimiters and all. Only without quotes. */
  readonly columns?: number;
  /** What to do with a row that has too few or too many cells. Default `error`. */
  readonly malformed?: 'error' | 'skip';
}

/** The largest quoted record in characters: beyond it, a quote was never closed. */
const LARGEST_RECORD = 2 ** 20;

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Rows of a file of delimited text. Empty lines are no rows. With a header every row must have as many cells as the
 * header; without one, enough of them for the columns asked for.
 *
 * @throws DistillerError `input` naming file and line.
 */
export async function* readDelimited(
  path: string,
  request: ColumnRequest,
  options: DelimitedOptions,
): AsyncGenerator<Row, void, undefined> {
  const wanted = [...request.required, ...(request.optional ?? [])];
  const lines = options.quotes ? quotedLines(path, options) : plainLines(path, options);
  let header: readonly string[] | undefined;
  let places: readonly number[] | undefined;
  for await (const { cells, line } of lines) {
    if (places === undefined) {
      if (options.header) header = cells.map((name) => name.trim());
      places = wanted.map((column, i) =>
        placeOf(path, column, header, i < request.required.length),
      );
      if (options.header) continue;
    }
    const problem = malformation(cells, header, request.required, wanted, places);
    if (problem === undefined) {
      yield { cells: places.map((place) => cells[place]), place: `${path}:${line}` };
    } else if (options.malformed !== 'skip') {
      throw new DistillerError(
        'input',
        `${path}:${line}: ${problem} Mend the line; check "delimiter" and "quotes" if they are all like this.`,
      );
    }
  }
  if (places === undefined) {
    throw new DistillerError('input', `${path} is empty. Check that it was written completely.`);
  }
}

/** Index of a column; −1 for an optional one that is not there. */
function placeOf(
  path: string,
  column: Column,
  header: readonly string[] | undefined,
  required: boolean,
): number {
  if (header === undefined) {
    if (typeof column === 'number') return column;
    throw new DistillerError(
      'config',
      `${path} is read without a header, so column ${JSON.stringify(column)} has to be given by its place: 0 is the first.`,
    );
  }
  const place = typeof column === 'number' ? -1 : header.indexOf(column);
  if (place < 0 && required) throw missingColumn(path, column, header);
  return place;
}

/** What is wrong with a row, or undefined. */
function malformation(
  cells: readonly string[],
  header: readonly string[] | undefined,
  required: readonly Column[],
  wanted: readonly Column[],
  places: readonly number[],
): string | undefined {
  if (header !== undefined) {
    if (cells.length === header.length) return undefined;
    return `found ${count(cells)}, but the header names ${header.length}.`;
  }
  const last = Math.max(...places.slice(0, required.length));
  if (cells.length > last) return undefined;
  return `found ${count(cells)}, but column ${JSON.stringify(wanted[places.indexOf(last)])} needs ${last + 1} (columns count from 0).`;
}

function count(cells: readonly string[]): string {
  return `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
}

async function* plainLines(
  path: string,
  { encoding, delimiter, columns = Infinity }: DelimitedOptions,
): AsyncGenerator<Line, void, undefined> {
  for await (const block of readTextBlocks(path, encoding)) {
    const lines = block.text.split('\n');
    for (let i = 0; i < lines.length; i++) {
      const text = (lines[i] as string).replace(/\r$/, '');
      if (text === '') continue;
      const cells = text.split(delimiter);
      if (cells.length > columns) cells.push(cells.splice(columns - 1).join(delimiter));
      yield { cells, line: block.line + i };
    }
  }
}

async function* quotedLines(
  path: string,
  { encoding, delimiter }: DelimitedOptions,
): AsyncGenerator<Line, void, undefined> {
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_RECORD,
  });
  const text = Readable.from(textOf(readTextBlocks(path, encoding)));
  // The pipeline's errors come out of the iteration, so its callback has nothing to do.
  pipeline(text, parser, () => undefined);
  let next = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      yield { cells: record, line: info.lines - breaks };
      next = info.lines + 1;
    }
  } catch (cause) {
    if (cause instanceof DistillerError) throw cause;
    const { code, message, lines } = cause as CsvError;
    const isOpen = code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE';
    throw new DistillerError(
      'input',
      `${path}:${isOpen ? next : String(lines)}: ${isOpen ? 'a quote in the record that begins here is never closed' : message}. ` +
        'Check the quotes, or set "quotes: false" if the file does not use them.',
      { cause },
    );
  } finally {
    text.destroy();
  }
}

async function* textOf(
  blocks: AsyncIterable<{ readonly text: string }>,
): AsyncGenerator<string, void, undefined> {
  for await (const { text } of blocks) yield text;
}
