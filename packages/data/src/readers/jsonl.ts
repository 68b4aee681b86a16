import { DistillerError, didYouMean } from '@distiller/core';
import { cellText, emptyCell, type ColumnRequest, type Row } from './row.js';
import { readTextBlocks } from './text-blocks.js';

/**
 * Rows of a file with one JSON object a line. Columns are keys of the object. Empty lines are no rows.
 *
 * @throws DistillerError `input` naming file and line.
 */
export async function* readJsonl(
  path: string,
  request: ColumnRequest,
): AsyncGenerator<Row, void, undefined> {
  let isEmpty = true;
  for await (const block of readTextBlocks(path, 'utf-8')) {
    const lines = block.text.split('\n');
    for (let i = 0; i < lines.length; i++) {
      const text = (lines[i] as string).trim();
      if (text === '') continue;
      isEmpty = false;
      const place = `${path}:${block.line + i}`;
      yield { cells: cellsOf(parseObject(text, place), request, place), place };
    }
  }
  if (isEmpty) {
    throw new DistillerError('input', `${path} is empty. Check that it was written completely.`);
  }
}

function cellsOf(
  object: Readonly<Record<string, unknown>>,
  { required, optional = [] }: ColumnRequest,
  place: string,
): readonly (string | undefined)[] {
  return [...required, ...optional].map((column, i) => {
    const cell = cellText(object[column], place, column);
    if (cell !== undefined || i >= required.length) return cell;
    if (column in object) throw emptyCell(place, column);
    throw new DistillerError(
      'input',
      `${place}: no key ${JSON.stringify(column)}. ${didYouMean(String(column), Object.keys(object))}`,
    );
  });
}

function parseObject(text: string, place: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${place}: not JSON: ${(cause as Error).message}. Each line must be a JSON object of its own.`,
      { cause },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new DistillerError(
    'input',
    `${place}: found ${text.slice(0, 40)}; expected a JSON object with a key for each column.`,
  );
}
