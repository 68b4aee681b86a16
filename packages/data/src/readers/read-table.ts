import { DistillerError } from '@distiller/core';
import { readDelimited, type DelimitedOptions } from './delimited.js';
import { readJsonl } from './jsonl.js';
import { readParquet } from './parquet.js';
import type { ColumnRequest, Row } from './row.js';

export type TableFormat = 'tsv' | 'csv' | 'jsonl' | 'parquet';

/** How a file is written; what is left out follows from its name. */
export interface TableOptions extends Partial<DelimitedOptions> {
  readonly format?: TableFormat;
}

const FORMATS: Readonly<Record<string, TableFormat>> = {
  tsv: 'tsv',
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
};

/**
 * Streams the rows of a TSV, CSV, JSONL or Parquet file; of the first three also packed as `.gz`.
 *
 * TSV is cut at tabs, quotes meaning nothing; CSV at commas, with quotes. Both have a header and are UTF-8 unless the
 * options say otherwise.
 *
 * @throws DistillerError `config` when the format can't be told; `io` and `input` as the readers do.
 */
export function readTable(
  path: string,
  request: ColumnRequest,
  { format = formatOf(path), ...options }: TableOptions = {},
): AsyncIterable<Row> {
  switch (format) {
    case 'jsonl':
      return readJsonl(path, request);
    case 'parquet':
      return readParquet(path, request);
    case 'tsv':
    case 'csv':
      return readDelimited(path, request, {
        delimiter: format === 'tsv' ? '\t' : ',',
        quotes: format === 'csv',
        header: true,
        encoding: 'utf-8',
        ...options,
      });
  }
}

function formatOf(path: string): TableFormat {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = FORMATS[extension];
  if (format !== undefined) return format;
  throw new DistillerError(
    'config',
    `The name of ${path} does not tell its format. Set "format" to tsv, csv, jsonl or parquet.`,
  );
}
