import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ioError } from './io-error.js';

/**
 * Makes a folder and those above it; does nothing when it is there.
 *
 * @param folder absolute.
 * @throws DistillerError `io` when something on the way is a file or can't be written to.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (cause) {
    throw ioError('make the folder', folder, cause);
  }
}

/** `mkdir` with `recursive` never returns in folders like /proc, which deny that they can't be written to. */
async function make(folder: string, isParentThere = false): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || isParentThere) throw error;
    await make(dirname(folder));
    await make(folder, true);
  }
}
