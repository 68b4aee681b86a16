import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtomicFile, removeUnfinishedFiles, writeFileAtomically } from './atomic-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Lets the next call of a method of every file handle fail as the operating system would. */
async function failNext(method: 'writeFile' | 'sync', code: string): Promise<void> {
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const error = Object.assign(new Error(`${code}: made up`), { code });
  jest.spyOn(prototype, method).mockRejectedValueOnce(error);
}

describe('writeFileAtomically', () => {
  it('writes text and bytes, makes folders and leaves nothing else', async () => {
    await writeFileAtomically(join(folder, 'a/b/text'), 'grün');
    await writeFileAtomically(join(folder, 'a/b/bytes'), new Uint8Array([1, 2]));
    expect(await readFile(join(folder, 'a/b/text'), 'utf8')).toBe('grün');
    expect([...(await readFile(join(folder, 'a/b/bytes')))]).toEqual([1, 2]);
    expect(await readdir(join(folder, 'a/b'))).toEqual(['bytes', 'text']);
  });

  it('makes the same folders from several calls at once', async () => {
    const paths = ['p', 'q', 'r'].map((name) => join(folder, 'x/y/z', name));
    await Promise.all(paths.map((path) => writeFileAtomically(path, path)));
    expect(await readdir(join(folder, 'x/y/z'))).toEqual(['p', 'q', 'r']);
  });

  it('lets one of several writers win, whole', async () => {
    const path = join(folder, 'f');
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
    await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['f']);
  });

  it('keeps what was there and tidies up when the disk is full', async () => {
    const path = join(folder, 'f');
    await writeFile(path, 'old');
    await failNext('writeFile', 'ENOSPC');
    await expect(writeFileAtomically(path, 'new')).rejects.toThrow(
      `Can't write ${path}: ENOSPC: made up. The disk is full. Free some space or choose another folder.`,
    );
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['f']);
  });

  it('tidies up when flushing fails', async () => {
    await failNext('sync', 'EIO');
    const path = join(folder, 'f');
    await expect(writeFileAtomically(path, 'new')).rejects.toThrow(
      `Can't write ${path}: EIO: made up.`,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder inside a file, with code io', async () => {
    await writeFile(join(folder, 'f'), '');
    const path = join(folder, 'f/g');
    await expect(writeFileAtomically(path, '')).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^Can't write .*\/f\/g: ENOTDIR.* A part of the path is a file, not a folder\. Check the path\.$/,
      ),
    });
  });

  it('refuses to replace a folder', async () => {
    await mkdir(join(folder, 'd'));
    await expect(writeFileAtomically(join(folder, 'd'), '')).rejects.toThrow(
      'It is a folder, not a file. Check the path.',
    );
    expect(await readdir(folder)).toEqual(['d']);
  });

  it('ends in folders that pretend to be missing', async () => {
    await expect(writeFileAtomically('/proc/no-such-folder/f', '')).rejects.toMatchObject({
      code: 'io',
    });
  });
});

describe('AtomicFile', () => {
  it('shows the old file until commit and the new one after', async () => {
    const path = join(folder, 'f');
    await writeFile(path, 'old');
    const file = await AtomicFile.open(path);
    await file.write('n');
    await file.write(new TextEncoder().encode('ew'));
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.commit();
    expect(await readFile(path, 'utf8')).toBe('new');
    await file.abort(); // too late to matter
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('leaves nothing after abort, twice', async () => {
    const file = await AtomicFile.open(join(folder, 'f'));
    await file.write('x');
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.f\..*\.tmp$/)]);
    await file.abort();
    await file.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses writing after the end', async () => {
    const path = join(folder, 'f');
    const file = await AtomicFile.open(path);
    await file.commit();
    await expect(file.write('x')).rejects.toThrow(
      `${path} was committed or aborted already; this is a bug in the code that writes it.`,
    );
    await expect(file.commit()).rejects.toMatchObject({ code: 'bug' });
  });
});

describe('removeUnfinishedFiles', () => {
  it('removes what a killed process left, at any depth, and nothing else', async () => {
    const unfinished = await Promise.all(
      ['deep/er/weights', 'f'].map((name) => AtomicFile.open(join(folder, name))),
    );
    await writeFileAtomically(join(folder, 'deep/kept'), '');
    await writeFile(join(folder, '.mine.tmp'), '');
    await removeUnfinishedFiles(folder);
    const left = await readdir(folder, { recursive: true });
    expect(left.sort()).toEqual(['.mine.tmp', 'deep', 'deep/er', 'deep/kept']);
    await Promise.all(unfinished.map((file) => file.abort())); // closes the files
  });

  it('names a folder that is not there', async () => {
    const missing = join(folder, 'missing');
    await expect(removeUnfinishedFiles(missing)).rejects.toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringContaining(missing) }),
    );
  });
});
