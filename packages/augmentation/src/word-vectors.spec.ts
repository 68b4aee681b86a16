import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NearestWords } from './nearest-words.js';
import { readWordVectors } from './word-vectors.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-vectors-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

const GLOVE = 'good 3 4\nfine 6 8\nbad -3 4\n. 0 2\nGood 3 4.1\n';

describe('readWordVectors', () => {
  it('reads the text of GloVe and of word2vec, packed or not, as unit vectors', async () => {
    const expected = {
      words: ['good', 'fine', 'bad', '.'],
      width: 2,
      rows: Float32Array.of(0.6, 0.8, 0.6, 0.8, -0.6, 0.8, 0, 1),
    };
    const glove = await file('a.txt', GLOVE);
    expect(await readWordVectors({ vectors: glove, limit: 4 })).toEqual(expected);
    const word2vec = await file('b.txt', `5 2\n${GLOVE.replaceAll('\n', ' \n')}`);
    expect(await readWordVectors({ vectors: word2vec, limit: 4 })).toEqual(expected);
    const packed = await file('c.txt.gz', gzipSync(GLOVE));
    expect(await readWordVectors({ vectors: packed, limit: 4 })).toEqual(expected);
  });

  it('reads words with blanks', async () => {
    const { words } = await readWordVectors({ vectors: await file('a.txt', 'a 1 2\n. . 3 4\n') });
    expect(words).toEqual(['a', '. .']);
  });

  it('reads rows of a scale and bytes beside a list of words', async () => {
    const bytes = Buffer.alloc(12);
    bytes.writeFloatLE(0.5, 0);
    bytes.writeInt8(30, 4);
    bytes.writeInt8(-40, 5);
    bytes.writeFloatLE(2, 6);
    bytes.writeInt8(0, 10);
    bytes.writeInt8(7, 11);
    const files = {
      vectors: await file('v.bin', bytes),
      words: await file('w.txt', 'one\ntwo\n'),
    };
    expect(await readWordVectors(files)).toEqual({
      words: ['one', 'two'],
      width: 2,
      rows: Float32Array.of(0.6, -0.8, 0, 1),
    });
  });

  it('says what is wrong with a file', async () => {
    const vectors = await file('a.txt', 'a 1 2\nb 1 x\n');
    await expect(readWordVectors({ vectors })).rejects.toThrow(
      `${vectors}:2: "b 1 x" is no word with 2 numbers behind it.`,
    );
    await expect(readWordVectors({ vectors: await file('b.txt', 'a 1 2\nb 1\n') })).rejects.toThrow(
      ':2: ',
    );
    await expect(readWordVectors({ vectors: await file('e.txt', '') })).rejects.toThrow(
      'there is no vector in it',
    );
    await expect(readWordVectors({ vectors: join(folder, 'none') })).rejects.toMatchObject({
      code: 'io',
    });
    await expect(
      readWordVectors({ vectors, words: await file('w.txt', 'a\nb\nc\nd\ne') }),
    ).rejects.toThrow(/has 12 bytes, which is not a whole row for each of the 5 words/);
  });
});

describe('NearestWords', () => {
  it('finds the words of largest cosine, without the word itself and without punctuation', async () => {
    const nearest = new NearestWords(await readWordVectors({ vectors: await file('a', GLOVE) }), 2);
    // cosines of good: fine 1, bad −9/25 + 16/25 = 0.28
    expect(nearest.of('good')).toEqual(['fine', 'bad']);
    expect(nearest.of('BAD')).toEqual(['Good', 'good']); // 0.2978 and 0.28
    expect(nearest.of('unknown')).toEqual([]);
    expect(nearest.of('good')).toBe(nearest.of('good'));
  });
});
