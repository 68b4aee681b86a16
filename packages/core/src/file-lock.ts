import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { ioError } from './io-error.js';

/** Locks of this process, so that one left by an earlier process of the same id is known as such. */
const held = new Set<string>();

/** Proof that this process alone writes somewhere. */
export interface FileLock {
  /** Removes the lock file. */
  release(): Promise<void>;
}

/**
 * Takes a lock file, or tells who has it. The lock of a process that died on this machine is taken over.
 *
 * @param path absolute; its folder must be there.
 * @returns the lock, or a description of its holder.
 * @throws DistillerError `io` when the folder can't be written to; no lock file is left then.
 */
export async function takeFileLock(path: string): Promise<FileLock | string> {
  for (;;) {
    if (await tryToTake(path)) {
      held.add(path);
      return { release: () => release(path) };
    }
    // Without a name its writer is about to write one, or was killed before it could.
    const holder = (await readHolder(path)) ?? (await setTimeout(100).then(() => readHolder(path)));
    if (holder && isAlive(holder, path)) return `process ${holder.pid} on ${holder.host}`;
    await rm(path, { force: true });
  }
}

/** @returns false when someone has it. */
async function tryToTake(path: string): Promise<boolean> {
  let handle;
  try {
    handle = await open(path, 'wx');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw ioError('write', path, cause);
  }
  try {
    await handle.writeFile(JSON.stringify({ pid, host: hostname() }));
    return true;
  } catch (cause) {
    await rm(path, { force: true });
    throw ioError('write', path, cause);
  } finally {
    await handle.close();
  }
}

async function release(path: string): Promise<void> {
  held.delete(path);
  await rm(path, { force: true });
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return true; // can't be asked
  if (holder.pid === pid) return held.has(path);
  try {
    kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, but is someone else's
  }
}
