import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DistillerError } from './errors.js';
import { ioError } from './io-error.js';
import { makeFolder } from './make-folder.js';

/**
 * Writes a whole file or nothing: readers see the old file or the new one, never a part, also after a
 * crash or a loss of power. Missing folders are created.
 *
 * @throws DistillerError `io` naming the path; what was there before is untouched.
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const file = await AtomicFile.open(path);
  await file.write(data);
  await file.commit();
}

/**
 * The streaming form of `writeFileAtomically`, for files that don't fit in memory. It writes to
 * `.NAME.UUID.tmp` in the file's folder until `commit` renames that over NAME. After a failed call the
 * temporary file is gone; only a killed process leaves one behind, for `removeUnfinishedFiles`.
 */
export class AtomicFile {
  readonly #path: string;
  readonly #temporary: string;
  #handle: FileHandle | undefined;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @throws DistillerError `io` when the folder can't be made or written to. */
  static async open(path: string): Promise<AtomicFile> {
    const target = resolve(path);
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      return new AtomicFile(target, temporary, await openNew(temporary));
    } catch (error) {
      throw ioError('write', target, error);
    }
  }

  /**
   * Appends; one call at a time. Text becomes UTF-8.
   * @throws DistillerError `io`, e.g. when the disk is full; the temporary file has been removed.
   */
  async write(chunk: string | Uint8Array): Promise<void> {
    const handle = this.#open();
    await this.#orAbort(() => handle.writeFile(chunk));
  }

  /**
   * Flushes to the disk and puts the file in its place.
   * @throws DistillerError `io`; the temporary file has been removed.
   */
  async commit(): Promise<void> {
    const handle = this.#open();
    await this.#orAbort(async () => {
      await handle.sync();
      await handle.close();
      await rename(this.#temporary, this.#path);
    });
    this.#handle = undefined;
    await syncFolder(dirname(this.#path));
  }

  /** Gives up: removes the temporary file. Does nothing after `commit` or a failure. */
  async abort(): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    this.#handle = undefined;
    // The reason for giving up matters more than trouble with tidying.
    await handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true }).catch(() => undefined);
  }

  #open(): FileHandle {
    if (this.#handle) return this.#handle;
    throw new DistillerError(
      'bug',
      `${this.#path} was committed or aborted already; this is a bug in the code that writes it.`,
    );
  }

  async #orAbort(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      await this.abort();
      throw ioError('write', this.#path, error);
    }
  }
}

const UNFINISHED = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes the temporary files that killed processes left in a folder and below it.
 *
 * @param folder one in which nobody else writes just now.
 * @throws DistillerError `io` when the folder can't be read or a file not be removed.
 */
export async function removeUnfinishedFiles(folder: string): Promise<void> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const unfinished = entries.filter((entry) => entry.isFile() && UNFINISHED.test(entry.name));
    for (const { parentPath, name } of unfinished) await rm(join(parentPath, name));
  } catch (error) {
    throw ioError('tidy', folder, error);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (!isMissing(error)) throw error;
    await makeFolder(dirname(path));
    return await open(path, 'wx');
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Makes a rename last. Some systems can't sync a folder; the rename is done all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows and some network file systems refuse.
  }
}
