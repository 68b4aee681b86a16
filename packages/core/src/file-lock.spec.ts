import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
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

  it('gives the lock of a dead process to one of many who ask at once', () =>
    withLock(async (path) => {
      const { pid: dead } = spawnSync('true');
      for (let round = 0; round < 20; round++) {
        await holder(path, dead);
        const answers = await Promise.all(Array.from({ length: 8 }, () => takeFileLock(path)));
        const locks = answers.filter((answer) => typeof answer !== 'string');
        expect(locks).toHaveLength(1);
        await locks[0]?.release();
        expect(await readdir(dirname(path))).toEqual([]);
      }
    }));

  it('excludes processes from each other that take it often and are killed', () =>
    withLock(async (path) => {
      const log = join(dirname(path), 'log');
      const module = new URL('../dist/file-lock.js', import.meta.url).href;
      // Writes its turn in two parts; another's in between would show.
      const script = `
        import { appendFile } from 'node:fs/promises';
        import { takeFileLock } from '${module}';
        for (let turn = 0; turn < 60; ) {
          const lock = await takeFileLock(process.argv[1]);
          if (typeof lock === 'string') continue;
          await appendFile(process.argv[2], process.pid + '(');
          await appendFile(process.argv[2], process.pid + ')\\n');
          await lock.release();
          turn++;
        }`;
      const start = () =>
        spawn(process.execPath, ['--input-type=module', '-e', script, path, log], {
          stdio: 'ignore',
        });
      const children = [start(), start(), start()];
      const victim = children[0];
      setTimeout(() => victim?.kill('SIGKILL'), 600);
      const ends = children.map((child) => new Promise((end) => child.once('exit', end)));
      await Promise.all(ends);
      const lines = (await readFile(log, 'utf8')).trim().split('\n');
      // The one that was killed may have left half a turn before another's.
      const whole = lines.map((line) => line.replace(`${victim?.pid}(`, ''));
      const isWhole = (line: string) => /^(\d+)\(\1\)$/.test(line) || line === `${victim?.pid})`;
      expect(whole.filter((line) => !isWhole(line))).toEqual([]);
      expect(lines.length).toBeGreaterThanOrEqual(120);
    }));

  it('says when the folder can not be written to', () =>
    withLock(async (path) => {
      await expect(takeFileLock(join(path, 'lock'))).rejects.toThrow(/Can't write .*lock/);
    }));
});
