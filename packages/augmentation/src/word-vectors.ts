import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { DistillerError, ioError } from '@distiller/core';

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
 * Reads word vectors. Text: a word and its numbers a line, parted by blanks (GloVe), with or without a first line
 * `rows width` (word2vec). Compact: for each word of a list a row of a little-endian float32 and one int8 a dimension; a
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
  let number = 0;
  const file = createReadStream(path);
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  try {
    for await (const line of linesOf(source, file)) {
      number++;
      if (rows.length >= limit) break;
      if (line.trim() === '' || (number === 1 && /^\d+ \d+\s*$/.test(line))) continue;
      const fields = line.trimEnd().split(' ');
      // A few words of the large files hold blanks: the numbers are counted from the right.
      const width = rows[0]?.length ?? fields.length - 1;
      const row = Float32Array.from(fields.slice(-width), Number);
      if (row.length !== width || fields.length <= width || !row.every(Number.isFinite)) {
        throw new DistillerError(
          'input',
          `${path}:${number}: "${line.slice(0, 40)}" is no word with ${width} numbers behind it. Expected the text format of word2vec or GloVe.`,
        );
      }
      words.push(fields.slice(0, -width).join(' '));
      rows.push(row);
    }
  } catch (cause) {
    if (cause instanceof DistillerError) throw cause;
    throw ioError('read', path, cause);
  } finally {
    file.destroy();
  }
  return { words, rows };
}

/** Lines of a stream; fails when the stream or the file behind it does. */
async function* linesOf(
  source: NodeJS.ReadableStream,
  file: NodeJS.ReadableStream,
): AsyncGenerator<string> {
  const lines = createInterface({ input: source, crlfDelay: Infinity });
  const failure = new Promise<never>((_, reject) => {
    source.once('error', reject);
    file.once('error', reject);
  });
  const each = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await Promise.race([each.next(), failure]);
      if (done) return;
      yield value;
    }
  } finally {
    failure.catch(() => undefined);
    lines.close();
  }
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
