import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { pid } from 'node:process';
import { describe, expect, it } from '@jest/globals';

import { takeFileLock, type FileLock } from './file-lock.js';

async function withLock(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'distiller-lock-'));
  try {
    await body(join(folder, 'lock'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
const holder = (path: string, id: number, host = hostname()) =>
  writeFile(path, JSON.stringify({ pid: id, host }));

describe('takeFileLock', () => {
  it('gives the lock to one at a time', () =>
    withLock(async (path) => {
      const lock = (await takeFileLock(path)) as FileLock;
      expect(await takeFileLock(path)).toBe(`process ${pid} on ${hostname()}`);
      await lock.release();
      expect(existsSync(path)).toBe(false);
      await ((await takeFileLock(path)) as FileLock).release();
    }));

  it('takes over from a process that has died', () =>
    withLock(async (path) => {
      const { pid: dead } = spawnSync('true');
      await holder(path, dead);
      await ((await takeFileLock(path)) as FileLock).release();
    }));

  it('takes over from an earlier process of the same id, and from one that died before it gave its name', () =>
    withLock(async (path) => {
      await holder(path, pid);
      await ((await takeFileLock(path)) as FileLock).release();
      await writeFile(path, '');
      await ((await takeFileLock(path)) as FileLock).release();
    }));

  it('leaves the lock to a living process, and to one on another machine', () =>
    withLock(async (path) => {
      await holder(path, 1);
      expect(await takeFileLock(path)).toBe(`process 1 on ${hostname()}`);
      await holder(path, 999_999, 'elsewhere');
      expect(await takeFileLock(path)).toBe('process 999999 on elsewhere');
    }));

  it('says when the folder can not be written to', () =>
    withLock(async (path) => {
      await expect(takeFileLock(join(path, 'lock'))).rejects.toThrow(/Can't write .*lock/);
    }));
});
