import { describe, expect, it } from '@jest/globals';
import { matchingChecks } from '@distiller/testing';
import { skip } from './skip.js';

const ALL = { embeddings: true, lastLayer: true };
const teachers = (feature: 'hidden' | 'attentions', n: number, m: number, options = ALL) =>
  skip(options)
    .pairs(feature, n, m)
    .map(({ teacher }) => teacher);

describe('skip', () => {
  describe.each(matchingChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([ALL, { embeddings: false, lastLayer: true }, { embeddings: false, lastLayer: false }])(
      'with %j',
      (options) => check.run({ matching: skip(options) }),
    );
  });

  // ⌊j·m/n⌋ for hidden states, ⌊(j + 1)·m/n⌋ − 1 for attention maps
  it.each([
    [4, 12, [0, 3, 6, 9, 12], [2, 5, 8, 11]],
    [6, 12, [0, 2, 4, 6, 8, 10, 12], [1, 3, 5, 7, 9, 11]],
    [8, 12, [0, 1, 3, 4, 6, 7, 9, 10, 12], [0, 2, 3, 5, 6, 8, 9, 11]],
    [2, 12, [0, 6, 12], [5, 11]],
    [4, 24, [0, 6, 12, 18, 24], [5, 11, 17, 23]],
    [
      12,
      24,
      [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24],
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23],
    ],
  ])('spreads %d layers over %d', (n, m, hidden, attentions) => {
    expect(teachers('hidden', n, m)).toEqual(hidden);
    expect(teachers('attentions', n, m)).toEqual(attentions);
  });

  it('pairs the student layers in order, each with weight 1', () => {
    expect(skip(ALL).pairs('hidden', 2, 12)).toEqual([
      { student: 0, teacher: 0, weight: 1 },
      { student: 1, teacher: 6, weight: 1 },
      { student: 2, teacher: 12, weight: 1 },
    ]);
  });

  it('gives the layers of PKD-Skip without embeddings and last layer', () => {
    expect(teachers('hidden', 6, 12, { embeddings: false, lastLayer: false })).toEqual([
      2, 4, 6, 8, 10,
    ]);
    expect(teachers('attentions', 2, 12, { embeddings: false, lastLayer: false })).toEqual([5]);
  });

  it('refuses a student deeper than the teacher', () => {
    expect(() => teachers('hidden', 12, 6)).toThrow(
      'matching skip: the student has 12 layers but the teacher only 6. Choose a student of at most 6 layers, or leave intermediate objectives out.',
    );
  });

  it('refuses to leave no pair, and a student without layers', () => {
    expect(() => teachers('hidden', 1, 6, { embeddings: false, lastLayer: false })).toThrow(
      'matching skip: embeddings: false and lastLayer: false leave no hidden pair for a student of 1 layers. Set one of them to true.',
    );
    expect(() => teachers('hidden', 0, 6)).toThrow(
      /the student has 0 layers and the teacher 6; both need whole numbers/,
    );
  });
});
