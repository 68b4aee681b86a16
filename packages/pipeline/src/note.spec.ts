import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readNote } from './note.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-note-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('readNote', () => {
  it('reads what is there, and knows what is not', async () => {
    const path = join(folder, 'a.json');
    expect(await readNote(path)).toBeUndefined();
    await writeFile(path, '{ "bytes": 3 }');
    expect(await readNote(path)).toEqual({ bytes: 3 });
  });

  it('says what to do about a damaged one, and about a folder', async () => {
    const path = join(folder, 'b.json');
    await writeFile(path, '{"res');
    await expect(readNote(path)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/b\.json is damaged: .*Delete it and resume again/),
    });
    await expect(readNote(folder)).rejects.toMatchObject({ code: 'io' });
  });
});
