import { describe, expect, it } from '@jest/globals';
import { inputLines, textsOfLines } from './input-texts.js';

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

describe('inputLines', () => {
  it('joins chunks cut anywhere, even inside a character, and keeps empty lines', async () => {
    const bytes = new TextEncoder().encode('süß\r\n\nlast');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const source = chunks(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(await all(inputLines(source, 'stdin'))).toEqual(['süß', '', 'last']);
    }
  });

  it('sees no further line behind the last line end', async () => {
    expect(await all(inputLines(chunks('a\nb\n'), 'stdin'))).toEqual(['a', 'b']);
    expect(await all(inputLines(chunks(), 'stdin'))).toEqual([]);
  });

  it('names the line after which the bytes are not UTF-8', async () => {
    const source = chunks('one\ntwo\n', Uint8Array.of(0x66, 0xfc, 0x0a));
    await expect(all(inputLines(source, 'a.txt'))).rejects.toThrow(
      'a.txt: at or after line 3 it is not valid UTF-8. Convert it first, e.g. with iconv -f latin1 -t utf-8.',
    );
  });

  it('refuses a file that ends inside a character', async () => {
    const source = chunks(Uint8Array.of(0x61, 0xc3));
    await expect(all(inputLines(source, 'a.txt'))).rejects.toThrow(/line 1 it is not valid UTF-8/);
  });
});

describe('textsOfLines', () => {
  it('takes a line for a text, or for a pair with a tab between', async () => {
    expect(await all(textsOfLines(['a\tb'], false))).toEqual([['a\tb']]);
    expect(await all(textsOfLines(['a\tb', '\tc'], true))).toEqual([
      ['a', 'b'],
      ['', 'c'],
    ]);
  });

  it.each([
    ['alone', 0],
    ['a\tb\tc', 2],
  ])('refuses %j as a pair', async (line, tabs) => {
    await expect(all(textsOfLines(['a\tb', line], true))).rejects.toThrow(
      `Text 2 has ${tabs} tabs; with --pair each needs exactly one, between its two texts: "${line}".`,
    );
  });
});
