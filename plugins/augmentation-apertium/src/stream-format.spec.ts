import { describe, expect, it } from '@jest/globals';
import { withNullFlush } from './mode.js';
import { fromStream, toStream } from './stream-format.js';

describe('toStream', () => {
  it('marks reserved characters and the end, and makes one line of a text', () => {
    expect(toStream('a [b] c\\d\n\n ^e$ f/g\0')).toBe('a \\[b\\] c\\\\d \\^e\\$ f\\/g.[]');
  });

  it('is undone by fromStream', () => {
    for (const text of ['It is. [x] {y} <z> @ \\ $5/6 ^', '.', 'naïve 我 👩‍👩‍👧']) {
      expect(fromStream(toStream(text))).toBe(text);
    }
  });
});

describe('withNullFlush', () => {
  it('tells every program of a pipe, and nothing between quotes', () => {
    expect(
      withNullFlush("lt-proc '/a|b/x.bin' | apertium-tagger -g $2 'p' |lrx-proc -m 'q'\n"),
    ).toBe("lt-proc -z '/a|b/x.bin' | apertium-tagger -z -g $2 'p' |lrx-proc -z -m 'q'");
  });
});
