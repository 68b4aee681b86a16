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

  it.each([
    ['in the middle', [0x66, 0xfc, 0x0a, 0x61], 3],
    ['that ends inside a character', [0x61, 0x0a, 0x61, 0xc3], 4],
  ])('gives the lines before one that is not UTF-8 and names it: %s', async (_, bytes, line) => {
    const lines = inputLines(chunks('one\ntwo\n', Uint8Array.from(bytes)), 'a.txt');
    expect((await lines.next()).value).toBe('one');
    await expect(all(lines)).rejects.toThrow(
      `a.txt, line ${line}: not UTF-8 text. Convert it first, e.g. with iconv -f latin1 -t utf-8.`,
    );
  });

  it('calls a source that ended because of a stop a stop', async () => {
    const controller = new AbortController();
    async function* stopped() {
      yield 'one\n';
      controller.abort();
      throw new Error('closed');
    }
    const lines = all(inputLines(stopped(), 'stdin', controller.signal));
    await expect(lines).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Stopped after 1 lines of stdin.',
    });
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
