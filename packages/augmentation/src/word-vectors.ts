import { readFile } from 'node:fs/promises';
import { DistillerError, ioError } from '@distiller/core';
import { wordVectorRows } from '@distiller/data';

export interface WordVectorFiles {
  /** Text of word2vec or GloVe, `.gz` or not; or, beside `words`, rows of numbers only. */
  readonly vectors: string;
  /** One word a line, for the rows of a compact file. */
  readonly words?: string | undefined;
  /** Rows that are read at most; files have the most frequent words first. */
  readonly limit?: number | undefined;
}

export interface WordVectors {
  readonly words: readonly string[];
  readonly width: number;
  /** Row-major [words, width], each row of length 1 (or 0). */
  readonly rows: Float32Array;
}

/**
 * Reads word vectors. Text: see `wordVectorRows`. Compact: for each word of a list a row of a little-endian float32 and one int8 a dimension; a
 * vector is the product of the two.
 *
 * @throws DistillerError `io`; `input` naming the line that is no vector, or sizes that do not fit.
 */
export async function readWordVectors(files: WordVectorFiles): Promise<WordVectors> {
  const { words, rows } = await (files.words === undefined
    ? readText(files.vectors, files.limit)
    : readCompact(files.vectors, files.words, files.limit));
  const [{ length: width } = new Float32Array()] = rows;
  if (width === 0) throw new DistillerError('input', `${files.vectors}: there is no vector in it.`);
  const unit = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) unit.set(row.map((value) => value / norm), i * width); // prettier-ignore
  }
  return { words, width, rows: unit };
}

interface NamedRows {
  readonly words: readonly string[];
  readonly rows: readonly Float32Array[];
}

async function readText(path: string, limit = Infinity): Promise<NamedRows> {
  const words: string[] = [];
  const rows: Float32Array[] = [];
  for await (const { word, vector } of wordVectorRows(path)) {
    words.push(word);
    rows.push(vector);
    if (rows.length >= limit) break;
  }
  return { words, rows };
}

async function readCompact(path: string, wordsPath: string, limit = Infinity): Promise<NamedRows> {
  const listed = (await read(wordsPath)).toString('utf8').trimEnd().split(/\r?\n/);
  const bytes = await read(path);
  const stride = bytes.length / listed.length;
  if (!Number.isInteger(stride) || stride < 5) {
    throw new DistillerError(
      'input',
      `${path} has ${bytes.length} bytes, which is not a whole row for each of the ${listed.length} words of ${wordsPath}. ` +
        'Expected rows of a little-endian float32 and one int8 a dimension.',
    );
  }
  const words = listed.slice(0, limit);
  const rows = words.map((_, i) => {
    const scale = bytes.readFloatLE(i * stride);
    return Float32Array.from(
      { length: stride - 4 },
      (__, d) => scale * bytes.readInt8(i * stride + 4 + d),
    );
  });
  return { words, rows };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw ioError('read', path, cause);
  }
}
