import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { DistillerError, ioError, makeFolder, takeFileLock, type FileLock } from '@distiller/core';
import { journalRecord, type JournalRecord } from './journal-record.js';

const NAME = 'journal.jsonl';
const LOCK = '.lock';

/**
 * The truth about a study: an append-only file of JSON lines, one record each, with the CRC-32 of the rest of the record under `crc`.
 * A record counts when it is on the disk with its end of line; what a killed writer left of a last one is cut off.
 */
export class Journal {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly lock: FileLock,
    private bytes: number,
  ) {}

  /**
   * Opens the journal of a study folder for its one writer; an empty one is made where there is none.
   *
   * @returns the journal and what it holds.
   * @throws DistillerError `io` when another process writes it; `input` when it is damaged.
   */
  static async open(
    folder: string,
  ): Promise<{ readonly journal: Journal; readonly records: readonly JournalRecord[] }> {
    await makeFolder(folder);
    const lock = await lockFolder(folder);
    const path = journalPath(folder);
    try {
      const { records, bytes } = await readRecords(path);
      const handle = await open(path, 'a').catch((cause) => {
        throw ioError('write', path, cause);
      });
      await handle.truncate(bytes);
      return { journal: new Journal(path, handle, lock, bytes), records };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Returns when the record is on the disk. One call at a time.
   *
   * @throws DistillerError `io`; nothing of the record is left then.
   */
  async append(record: JournalRecord): Promise<void> {
    const line = encode(record);
    try {
      await this.handle.writeFile(line);
      await this.handle.datasync();
      this.bytes += line.byteLength;
    } catch (cause) {
      await this.handle.truncate(this.bytes).catch(() => undefined);
      throw ioError('write', this.path, cause);
    }
  }

  /** Lets another process write. */
  async close(): Promise<void> {
    await this.handle.close();
    await this.lock.release();
  }
}

/** @throws DistillerError as `readJournal` does of a damaged one; there may be none. */
export async function hasJournal(folder: string): Promise<boolean> {
  return (await readRecords(journalPath(folder))).records.length > 0;
}

/**
 * What the journal of a study folder holds, also while it is being written.
 *
 * @throws DistillerError `config` when there is none; `input` when it is damaged.
 */
export async function readJournal(folder: string): Promise<readonly JournalRecord[]> {
  const path = journalPath(folder);
  const { records } = await readRecords(path);
  if (records.length > 0) return records;
  throw new DistillerError(
    'config',
    `${folder} holds no study: ${NAME} is missing or empty. Give the folder that \`distiller search\` was told by --out.`,
  );
}

function journalPath(folder: string): string {
  return join(folder, NAME);
}

async function lockFolder(folder: string): Promise<FileLock> {
  const path = join(folder, LOCK);
  const lock = await takeFileLock(path);
  if (typeof lock !== 'string') return lock;
  throw new DistillerError(
    'io',
    `${folder} is in use by ${lock}. Wait for it, or choose another folder with --out. If that process is gone, delete ${path}.`,
  );
}

function encode(record: JournalRecord): Buffer {
  return Buffer.from(`${JSON.stringify({ ...record, crc: checksum(record) })}\n`);
}

function checksum(record: object): string {
  return crc32(JSON.stringify(record)).toString(16).padStart(8, '0');
}

/** @returns the whole records and the bytes that they take. */
async function readRecords(
  path: string,
): Promise<{ readonly records: readonly JournalRecord[]; readonly bytes: number }> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return Buffer.alloc(0);
    throw ioError('read', path, cause);
  });
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.toString('utf8', 0, bytes).split('\n').slice(0, -1);
  return { records: lines.map((line, index) => decode(line, `${path}, line ${index + 1}`)), bytes };
}

/** @throws DistillerError `input`. */
function decode(line: string, where: string): JournalRecord {
  try {
    const { crc, ...record } = JSON.parse(line) as { crc?: string };
    if (crc !== checksum(record)) throw new Error('its checksum is another');
    return journalRecord.parse(record);
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${where} is not what was written: ${(cause as Error).message}. Restore the file from a copy, or cut it before this line: the trials of the lines after it are then run again.`,
      { cause },
    );
  }
}
