import { DistillerError, ioError } from '@distiller/core';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type FileMetaData,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { cellText, emptyCell, missingColumn, type ColumnRequest, type Row } from './row.js';

/**
 * Rows of a Parquet file, one row group in memory at a time and of it only the columns asked for.
 *
 * @throws DistillerError `io` when it can't be read, `input` when it is no Parquet file or lacks a column.
 */
export async function* readParquet(
  path: string,
  request: ColumnRequest,
): AsyncGenerator<Row, void, undefined> {
  const { required, optional = [] } = request;
  const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
    throw ioError('read', path, cause);
  });
  const metadata: FileMetaData = await parquetMetadataAsync(file).catch((cause: unknown) => {
    throw damaged(path, cause);
  });
  const known = parquetSchema(metadata).children.map(({ element }) => element.name);
  const names = [...required, ...optional].map(String);
  names.slice(0, required.length).forEach((name) => {
    if (!known.includes(name)) throw missingColumn(path, name, known);
  });
  const columns = names.filter((name) => known.includes(name));
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const objects = await parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart: start,
      rowEnd: end,
      compressors,
    }).catch((cause: unknown) => {
      throw damaged(path, cause);
    });
    for (const [i, object] of objects.entries()) {
      const place = `${path}, row ${start + i + 1}`;
      const cells = names.map((name, column) => {
        const cell = cellText(object[name], place, name);
        if (cell === undefined && column < required.length) throw emptyCell(place, name);
        return cell;
      });
      yield { cells, place };
    }
    start = end;
  }
  if (start === 0) {
    throw new DistillerError('input', `${path} has no rows. Check that it was written completely.`);
  }
}

function damaged(path: string, cause: unknown): DistillerError {
  return new DistillerError(
    'input',
    `${path} is damaged or no Parquet file: ${(cause as Error).message}. Fetch or write it again.`,
    { cause },
  );
}
