import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { DistillerError, ioError, writeFileAtomically } from '@distiller/core';
import { z } from 'zod';
import type { StoreDescription } from './store-description.js';

/*
 * A shard is one line of JSON (what the store holds), then records without gaps:
 *
 *     4 bytes   length of the payload
 *     4 bytes   CRC-32 of the payload
 *    16 bytes   key
 *     4 bytes   CRC-32 of the 24 bytes before
 *     …         payload
 *
 * Integers are unsigned and little-endian. Records are only ever appended, so a killed writer leaves at most
 * an incomplete record at the end.
 */
export const RECORD_HEAD_BYTES = 28;
export const KEY_BYTES = 16;

const FORMAT = 'distiller-signals';
const VERSION = 1;
const LONGEST_HEADER = 1 << 20;
/** Read at once while looking for records. */
const WINDOW_BYTES = 1 << 20;

const headerSchema = z.looseObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  fingerprint: z.string(),
});

/** First line of a shard. */
export interface ShardHeader extends StoreDescription {
  readonly fingerprint: string;
}

export interface RecordPlace {
  /** Hexadecimal. */
  readonly key: string;
  /** Where the payload begins in the file. */
  readonly start: number;
  readonly length: number;
}

export interface Flaw {
  /** `torn`: the file ends within a record, as a killed writer leaves it. `damaged`: bytes have changed. */
  readonly kind: 'torn' | 'damaged';
  readonly offset: number;
}

export interface ShardScan {
  readonly header: ShardHeader;
  /** Complete records in file order; after a damaged head nothing can be found any more. */
  readonly records: readonly RecordPlace[];
  /** Where the next record belongs. */
  readonly end: number;
  readonly flaws: readonly Flaw[];
}

/** Creates a shard without records. */
export async function createShard(path: string, header: ShardHeader): Promise<number> {
  const line = Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION, ...header })}\n`);
  await writeFileAtomically(path, line);
  return line.byteLength;
}

/** A record ready to be appended in one write. @param key hexadecimal. */
export function frameRecord(key: string, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(RECORD_HEAD_BYTES + payload.byteLength);
  frame.writeUInt32LE(payload.byteLength, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  frame.write(key, 8, KEY_BYTES, 'hex');
  frame.writeUInt32LE(crc32(frame.subarray(0, 24)), 24);
  frame.set(payload, RECORD_HEAD_BYTES);
  return frame;
}

/** The payload of a record, or undefined when it is not what was written. */
export async function readRecord(
  handle: FileHandle,
  place: RecordPlace,
): Promise<Uint8Array | undefined> {
  const frame = Buffer.alloc(RECORD_HEAD_BYTES + place.length);
  const { bytesRead } = await handle.read(frame, 0, frame.length, place.start - RECORD_HEAD_BYTES);
  if (bytesRead < frame.length) return undefined;
  const head = parseHead(frame);
  const payload = frame.subarray(RECORD_HEAD_BYTES);
  const isWhole =
    head?.key === place.key && head.length === place.length && crc32(payload) === head.crc;
  return isWhole ? payload : undefined;
}

/**
 * Finds the records of a shard.
 *
 * @param checkPayloads also reads every payload and compares its checksum; a record that fails is left out.
 * @param from where a record begins, to find those from there on only.
 * @throws DistillerError `input` when the file is no shard of this version; `io`.
 */
export async function scanShard(
  path: string,
  {
    checkPayloads = false,
    from,
  }: { readonly checkPayloads?: boolean; readonly from?: number } = {},
): Promise<ShardScan> {
  const handle = await open(path, 'r').catch((cause) => {
    throw ioError('read', path, cause);
  });
  try {
    const { size } = await handle.stat();
    const file = new WindowedFile(handle, size);
    const { header, length } = await readHeader(file, path);
    const records: RecordPlace[] = [];
    const flaws: Flaw[] = [];
    let end = from ?? length;
    while (end < size) {
      const start = end + RECORD_HEAD_BYTES;
      const head = start <= size ? parseHead(await file.read(end, RECORD_HEAD_BYTES)) : 'torn';
      if (head === 'torn' || (head && start + head.length > size)) {
        flaws.push({ kind: 'torn', offset: end });
        break;
      }
      if (!head) {
        flaws.push({ kind: 'damaged', offset: end });
        break;
      }
      if (checkPayloads && crc32(await file.read(start, head.length)) !== head.crc) {
        flaws.push({ kind: 'damaged', offset: end });
      } else {
        records.push({ key: head.key, start, length: head.length });
      }
      end = start + head.length;
    }
    return { header, records, end, flaws };
  } catch (cause) {
    throw ioError('read', path, cause);
  } finally {
    await handle.close();
  }
}

function parseHead(bytes: Buffer): { key: string; length: number; crc: number } | undefined {
  if (crc32(bytes.subarray(0, 24)) !== bytes.readUInt32LE(24)) return undefined;
  return {
    length: bytes.readUInt32LE(0),
    crc: bytes.readUInt32LE(4),
    key: bytes.toString('hex', 8, 8 + KEY_BYTES),
  };
}

async function readHeader(
  file: WindowedFile,
  path: string,
): Promise<{ header: ShardHeader; length: number }> {
  const bytes = await file.read(0, Math.min(file.size, LONGEST_HEADER));
  const newline = bytes.indexOf('\n');
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8', 0, newline));
    return { header: headerSchema.parse(json) as unknown as ShardHeader, length: newline + 1 };
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${path} is not a signal shard of version ${VERSION}: its first line does not say so. Move it out of the cache's folder.`,
      { cause },
    );
  }
}

/** Small reads of a file from left to right, served from one buffer. */
class WindowedFile {
  #start = 0;
  #window = Buffer.alloc(0);

  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  /** @returns bytes that are valid until the next read. The range must lie within the file. */
  async read(start: number, length: number): Promise<Buffer> {
    if (start < this.#start || start + length > this.#start + this.#window.length) {
      const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.size - start);
      const buffer = Buffer.alloc(wanted);
      const { bytesRead } = await this.handle.read(buffer, 0, wanted, start);
      this.#start = start;
      this.#window = buffer.subarray(0, bytesRead);
    }
    return this.#window.subarray(start - this.#start, start - this.#start + length);
  }
}
