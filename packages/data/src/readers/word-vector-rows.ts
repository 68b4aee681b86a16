import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { DistillerError, ioError } from '@distiller/core';

export interface WordVectorRow {
  readonly word: string;
  readonly vector: Float32Array;
}

/**
 * The word vectors of a text file, in its order: a word and its numbers a line, parted by blanks (GloVe), with or without
 * a first line `rows width` (word2vec), packed (`.gz`) or not. All are as wide as the first.
 *
 * @throws DistillerError `input` naming the line that is no vector; `io`.
 */
export async function* wordVectorRows(
  path: string,
): AsyncGenerator<WordVectorRow, void, undefined> {
  let number = 0;
  let width: number | undefined;
  const file = createReadStream(path);
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  try {
    for await (const line of linesOf(source, file)) {
      number++;
      if (line.trim() === '' || (number === 1 && /^\d+ \d+\s*$/.test(line))) continue;
      const fields = line.trimEnd().split(' ');
      // A few words of the large files hold blanks: the numbers are counted from the right.
      width ??= fields.length - 1;
      const vector = Float32Array.from(fields.slice(-width), Number);
      if (width === 0 || fields.length <= width || !vector.every(Number.isFinite)) {
        throw new DistillerError(
          'input',
          `${path}:${number}: "${line.slice(0, 40)}" is no word with ${width || 'any'} numbers behind it. Expected the text format of word2vec or GloVe.`,
        );
      }
      yield { word: fields.slice(0, -width).join(' '), vector };
    }
  } catch (cause) {
    if (cause instanceof DistillerError) throw cause;
    throw ioError('read', path, cause);
  } finally {
    file.destroy();
  }
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
