import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DistillerError, ioError } from '@distiller/core';

export type TextEncoding = 'utf-8' | 'latin1';

/** Whole lines of a file. */
export interface TextBlock {
  /** Ends with a line break, except at the end of a file without one. */
  readonly text: string;
  /** Number of its first line, from 1. */
  readonly line: number;
}

const NEWLINE = 0x0a;

/** Keeps byte order marks in the middle of a file: they are text there. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Streams a text file as blocks of whole lines; a `.gz` file is unpacked on the way. A byte order mark at its
 * start is dropped.
 *
 * @throws DistillerError `io` when the file can't be read; `input`, naming the line, when it is not in the encoding.
 */
export async function* readTextBlocks(
  path: string,
  encoding: TextEncoding,
): AsyncGenerator<TextBlock, void, undefined> {
  let line = 1;
  let pending: Buffer[] = [];
  const decode = (bytes: Buffer): TextBlock => {
    const text = encoding === 'latin1' ? bytes.toString('latin1') : decodeUtf8(bytes, path, line);
    const block = { text: line === 1 ? text.replace(/^\uFEFF/, '') : text, line };
    line += countLines(bytes);
    return block;
  };
  for await (const chunk of readChunks(path)) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      pending.push(chunk);
      continue;
    }
    yield decode(Buffer.concat([...pending, chunk.subarray(0, end)]));
    pending = [chunk.subarray(end)];
  }
  const rest = Buffer.concat(pending);
  if (rest.length > 0) yield decode(rest);
}

async function* readChunks(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const packed = path.toLowerCase().endsWith('.gz');
  // The pipeline's errors come out of the iteration, so its callback has nothing to do.
  const stream = packed ? pipeline(file, createGunzip(), () => undefined) : file;
  try {
    yield* stream;
  } catch (cause) {
    if ((cause as { code?: string }).code?.startsWith('Z_')) {
      throw new DistillerError(
        'input',
        `${path} is damaged or no gzip file: ${(cause as Error).message}. Fetch it again, or rename it if it is not packed.`,
        { cause },
      );
    }
    throw ioError('read', path, cause);
  } finally {
    file.destroy();
  }
}

function decodeUtf8(bytes: Buffer, path: string, firstLine: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const advice = isUtf16(bytes)
      ? 'It is UTF-16: convert it, e.g. with `iconv -f utf-16 -t utf-8`.'
      : 'Set "encoding: latin1" if that is what it is, or convert the file to UTF-8.';
    throw new DistillerError(
      'input',
      `${path}:${firstLine + badLine(bytes)}: not UTF-8 text. ${advice}`,
    );
  }
}

/** By its byte order mark. */
function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Index of the first line that can't be decoded. */
function badLine(bytes: Buffer): number {
  for (let line = 0, start = 0; ; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return line;
    try {
      utf8.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
