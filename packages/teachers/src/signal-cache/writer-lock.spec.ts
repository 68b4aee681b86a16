import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { pid } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { withFolder } from '../tiny-teacher.fixture.js';
import { takeWriterLock, type WriterLock } from './writer-lock.js';

const withLock = (body: (path: string) => Promise<void>) =>
  withFolder((folder) => body(join(folder, 'lock')));
const holder = (path: string, id: number, host = hostname()) =>
  writeFile(path, JSON.stringify({ pid: id, host }));

describe('takeWriterLock', () => {
  it('gives the lock to one at a time', () =>
    withLock(async (path) => {
      const lock = (await takeWriterLock(path)) as WriterLock;
      expect(await takeWriterLock(path)).toBe(`process ${pid} on ${hostname()}`);
      await lock.release();
      expect(existsSync(path)).toBe(false);
      await ((await takeWriterLock(path)) as WriterLock).release();
    }));

  it('takes over from a process that has died', () =>
    withLock(async (path) => {
      const { pid: dead } = spawnSync('true');
      await holder(path, dead);
      await ((await takeWriterLock(path)) as WriterLock).release();
    }));

  it('takes over from an earlier process of the same id, and from one that died before it gave its name', () =>
    withLock(async (path) => {
      await holder(path, pid);
      await ((await takeWriterLock(path)) as WriterLock).release();
      await writeFile(path, '');
      await ((await takeWriterLock(path)) as WriterLock).release();
    }));

  it('leaves the lock to a living process, and to one on another machine', () =>
    withLock(async (path) => {
      await holder(path, 1);
      expect(await takeWriterLock(path)).toBe(`process 1 on ${hostname()}`);
      await holder(path, 999_999, 'elsewhere');
      expect(await takeWriterLock(path)).toBe('process 999999 on elsewhere');
    }));

  it('says when the folder can not be written to', () =>
    withLock(async (path) => {
      await expect(takeWriterLock(join(path, 'lock'))).rejects.toThrow(/Can't write .*lock/);
    }));
});
