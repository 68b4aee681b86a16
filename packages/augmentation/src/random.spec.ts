import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { augmenterChecks } from '@distiller/testing';
import { edaSettings } from './eda-settings.js';
import { random, type RandomOptions } from './random.js';
import { scriptedRng, type Script } from './scripted-rng.fixture.js';
import { loadSynonyms } from './synonyms.js';

const apply = async (options: RandomOptions, text: string, script: Script) =>
  (await random(options).augment([text], [scriptedRng(script)]))[0];

describe('random', () => {
  describe.each(augmenterChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      {},
      { operation: 'synonym' },
      { operation: 'insert', p: 0.1 },
      { operation: 'delete', p: 0.1 },
      { operation: ['swap', 'synonym', 'insert', 'delete'] },
    ] as const)('with %j', (options) =>
      check.run({ augmenter: () => random(options as RandomOptions) }),
    );
  });

  it('touches clamp(⌊p·length⌋, 1, 10) words', async () => {
    const text = (n: number) => Array.from({ length: n }, (_, i) => `w${i}`).join(' ');
    // Every insertion adds a word; "big" has synonyms of one word first in the list.
    const added = async (n: number, p: number) => {
      const [out = ''] = await random({ operation: 'insert', p }).augment(
        [`${text(n - 1)} loudly`], // its only synonyms are "aloud", "loud" and "forte"
        [createRng(1)],
      );
      return out.split(' ').length - n;
    };
    expect(await added(9, 0.1)).toBe(1); // ⌊0.9⌋ = 0, at least 1
    expect(await added(10, 0.3)).toBe(3);
    expect(await added(19, 0.3)).toBe(5); // ⌊5.7⌋
    expect(await added(60, 0.5)).toBe(10); // at most 10
  });

  describe('swap', () => {
    it('swaps a word with its neighbour and leaves punctuation in its place', async () => {
      // ⌊0.3 · 5⌋ = 1 word: "is" (2), to the left as 0.4 < ½
      const script = { permutation: [2], uniform: [0.4] };
      expect(await apply({}, 'well, this is (very) good', script)).toBe(
        'well, is this (very) good',
      );
      expect(
        await apply({}, 'well, this is (very) good', { permutation: [2], uniform: [0.5] }),
      ).toBe('well, this very (is) good');
    });

    it('takes the only neighbour at either end, and makes one swap after the other', async () => {
      const script = { permutation: [0, 3] };
      expect(await apply({ p: 0.5 }, 'a b c d', script)).toBe('b a d c');
      // b a c d, then "b a" again: position 1 with its left neighbour
      expect(await apply({ p: 0.5 }, 'a b c d', { permutation: [0, 1], uniform: [0.1] })).toBe(
        'a b c d',
      );
    });

    it('repairs the capital of a sentence', async () => {
      expect(await apply({}, 'The cat sat', { permutation: [0] })).toBe('Cat the sat');
      expect(await apply({}, "I'm here", { permutation: [0] })).toBe("Here I'm");
      expect(await apply({}, 'NASA said so', { permutation: [0] })).toBe('said NASA so');
      // "end" and "Then" belong to two sentences
      expect(await apply({}, 'the end. Then on', { permutation: [2], uniform: [0.7] })).toBe(
        'the end. On then',
      );
    });

    it('leaves a text of one word', async () => {
      expect(await apply({}, 'word!', {})).toBe('word!');
    });
  });

  it('replaces words that are no stop words, in their case', async () => {
    const { of } = await loadSynonyms();
    const large = of('large');
    expect(large).toContain('big');
    const script = { permutation: [0], integer: [large.indexOf('big')] };
    expect(await apply({ operation: 'synonym' }, 'It was the Large one.', script)).toMatch(
      /^It was the Big one\.$/,
    );
    expect(await apply({ operation: 'synonym' }, 'it is the', { permutation: [] })).toBe(
      'it is the',
    );
  });

  it('inserts a synonym before a word or at the end, before the full stop', async () => {
    const { of } = await loadSynonyms();
    const big = of('large').indexOf('big');
    const into = (at: number) =>
      apply({ operation: 'insert' }, 'the large.', { integer: [0, big, at] });
    expect([await into(0), await into(1), await into(2)]).toEqual([
      'big the large.',
      'the big large.',
      'the large big.',
    ]);
  });

  it('deletes words with probability p, and keeps one of all', async () => {
    const options: RandomOptions = { operation: 'delete', p: 0.5 };
    // "b" and "d" have 0.4 < 0.5
    expect(await apply(options, 'a b, c d.', { uniform: [0.5, 0.4, 0.9, 0.4] })).toBe('a, c.');
    expect(await apply(options, 'a b c', { uniform: [0, 0, 0], integer: [1] })).toBe('b');
    expect(await apply(options, 'a', {})).toBe('a');
  });

  it('draws one of several operations for each text', async () => {
    const options: RandomOptions = { operation: ['delete', 'swap'], p: 0.3 };
    expect(await apply(options, 'a b', { integer: [1], permutation: [0] })).toBe('b a');
    expect(await apply(options, 'a b', { integer: [0], uniform: [0.1, 0.9] })).toBe('b');
  });

  it('refuses wrong settings', () => {
    expect(() => random({ operation: 'swop' as never })).toThrow(/augmenter random has a problem/);
    expect(() => random({ p: 2 })).toThrow(/p: .* \(given 2\)/);
  });
});

describe('loadSynonyms', () => {
  it('joins the senses of all parts of speech and drops the word itself', async () => {
    const { of } = await loadSynonyms();
    expect(of('loudly')).toEqual(['aloud', 'clamorously', 'forte', 'loud', 'obstreperously']);
    expect(of('Loudly')).toEqual(of('loudly'));
    expect(of('qwxz')).toEqual([]);
    expect(of('goodwill')).toContain('good will');
  });
});

describe('edaSettings', () => {
  it.each([
    [1, 0.05, 16],
    [500, 0.05, 16],
    [501, 0.05, 8],
    [2000, 0.05, 8],
    [5000, 0.1, 4],
    [60_000, 0.1, 4],
  ])('for %d texts: α %d, %d copies', (size, p, copies) => {
    expect(edaSettings(size)).toEqual({ p, copies });
  });
});
