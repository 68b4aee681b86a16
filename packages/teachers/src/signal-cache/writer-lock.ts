import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { ioError } from '@distiller/core';

/** Locks of this process, so that one left by an earlier process of the same id is known as such. */
const held = new Set<string>();

/** Proof that this process alone appends to a store. */
export interface WriterLock {
  release(): Promise<void>;
}

/**
 * Takes a lock file, or tells who has it. The lock of a process that died on this machine is taken over.
 *
 * @returns the lock, or a description of its holder.
 * @throws DistillerError `io` when the folder can't be written to.
 */
export async function takeWriterLock(path: string): Promise<WriterLock | string> {
  for (;;) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(JSON.stringify({ pid, host: hostname() }));
      await handle.close();
      held.add(path);
      return { release: () => release(path) };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw ioError('write', path, cause);
    }
    // Without a name its writer is about to write one, or was killed before it could.
    const holder = (await readHolder(path)) ?? (await setTimeout(100).then(() => readHolder(path)));
    if (holder && isAlive(holder, path)) return `process ${holder.pid} on ${holder.host}`;
    await rm(path, { force: true });
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
