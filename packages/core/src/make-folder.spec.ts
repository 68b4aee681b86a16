import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder } from './make-folder.js';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'distiller-folder-'));
});

afterAll(() => rm(root, { recursive: true }));

describe('makeFolder', () => {
  it('makes what is missing, and leaves what is there', async () => {
    const folder = join(root, 'a', 'b');
    await makeFolder(folder);
    await makeFolder(folder);
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  it.each([['file'], ['file/below']])('says that %s leads through a file', async (path) => {
    await writeFile(join(root, 'file'), 'kept');
    await expect(makeFolder(join(root, path))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^Can't make the folder .*file.*A part of the path is a file, not a folder/,
      ),
    });
  });

  it('gives up where nothing can be made', async () => {
    await expect(makeFolder('/proc/no-such-folder/f')).rejects.toMatchObject({ code: 'io' });
  });
});
