import { describe, expect, it } from '@jest/globals';
import { joinWords, opensSentence, splitWords } from './split-words.js';

describe('splitWords', () => {
  it.each([
    ["Don't stop!", ["Don't", 'stop']],
    ["it 's not n't", ['it', "'s", 'not', "n't"]],
    ["'so' he said", ['so', 'he', 'said']],
    ['a well-known 3.5 x_y. Z', ['a', 'well-known', '3.5', 'x_y', 'Z']],
    ['e\u0301te\u0301 ça', ['e\u0301te\u0301', 'ça']],
    ['我喜欢 👩‍👩‍👧 ok', ['我喜欢', 'ok']],
    ['... !', []],
    ['', []],
  ])('finds the words of %j', (text, words) => {
    const split = splitWords(text);
    expect(split.words).toEqual(words);
    expect(split.gaps).toHaveLength(words.length + 1);
    expect(joinWords(split)).toBe(text);
  });

  it('knows where a sentence begins', () => {
    const text = splitWords('One two. "Three" U.S. four?) Five');
    const openings = [...text.words.keys()].filter((i) => opensSentence(text, i));
    expect(openings.map((i) => text.words[i])).toEqual(['One', 'Three', 'four', 'Five']);
  });
});
