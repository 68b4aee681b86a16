import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { kill, pid } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { ioError } from './io-error.js';

/** Milliseconds until it is looked again whether someone else has removed the lock of a dead process. */
const GUARD_POLL_MS = 5;

/** Marks of the locks of this process, so that one left by an earlier process of the same id is known as such. */
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
    const found = await readLock(path);
    if (found === undefined) {
      const lock = await tryToTake(path);
      if (lock) return lock;
    } else if (isAlive(found)) {
      return `process ${found.pid} on ${found.host}`;
    } else {
      await removeStale(path, found);
    }
  }
}

/** Who has a lock; `pid` is 0 in a file that says nothing. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Different for every lock. */
  readonly mark?: string;
}

/** The file appears with its content, so that nobody reads it half written. @returns undefined when someone has it. */
async function tryToTake(path: string): Promise<FileLock | undefined> {
  const mark = randomUUID();
  const temporary = join(dirname(path), `.${basename(path)}.${mark}.tmp`);
  held.add(mark);
  try {
    await writeFile(temporary, JSON.stringify({ pid, host: hostname(), mark }));
    await link(temporary, path);
  } catch (cause) {
    held.delete(mark);
    // Taken, or tidied away by the one who has it.
    const isTaken = ['EEXIST', 'ENOENT'].includes((cause as NodeJS.ErrnoException).code ?? '');
    if (isTaken && (await isFolder(dirname(path)))) return undefined;
    throw ioError('write', path, cause);
  } finally {
    await rm(temporary, { force: true });
  }
  return {
    release: async () => {
      held.delete(mark);
      await rm(path, { force: true });
    },
  };
}

/**
 * Removes the lock of a dead process, one process at a time: another that also saw it might else remove the lock of the next one.
 */
async function removeStale(path: string, stale: Holder): Promise<void> {
  const guard = `${path}.takeover`;
  const lock = await tryToTake(guard);
  if (!lock) {
    const other = await readLock(guard);
    if (other && !isAlive(other)) await rm(guard, { force: true });
    await setTimeout(GUARD_POLL_MS);
    return;
  }
  try {
    const now = await readLock(path);
    if (now && now.pid === stale.pid && now.mark === stale.mark && !isAlive(now))
      await rm(path, { force: true });
  } finally {
    await lock.release();
  }
}

/** @returns undefined when there is no lock. */
async function readLock(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError('read', path, cause);
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return { pid: 0, host: hostname() };
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function isAlive({ pid: of, host, mark }: Holder): boolean {
  if (of === 0) return false; // killed before it gave its name
  if (host !== hostname()) return true; // can't be asked
  if (of === pid) return mark !== undefined && held.has(mark);
  try {
    kill(of, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, but is someone else's
  }
}
