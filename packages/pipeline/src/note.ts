import { readFile } from 'node:fs/promises';
import { DistillerError, ioError } from '@distiller/core';

/**
 * Reads a small JSON file that a run wrote for itself.
 *
 * @returns undefined when it is not there.
 * @throws DistillerError `input` when it is damaged; `io` when it can't be read.
 */
export async function readNote<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError('read', path, cause);
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${path} is damaged: ${(cause as Error).message.replaceAll(/\s+/g, ' ')}. Delete it and resume again; the newest checkpoint counts then.`,
      { cause },
    );
  }
}
