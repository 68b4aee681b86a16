import { describe, expect, it } from '@jest/globals';
import { matchingChecks } from '@distiller/testing';
import { last } from './last.js';

const ALL = { embeddings: true, lastLayer: true };
const teachers = (feature: 'hidden' | 'attentions', n: number, m: number, options = ALL) =>
  last(options)
    .pairs(feature, n, m)
    .map(({ teacher }) => teacher);

describe('last', () => {
  describe.each(matchingChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([ALL, { embeddings: false, lastLayer: false }])('with %j', (options) =>
      check.run({ matching: last(options) }),
    );
  });

  // m − n + j: the student's embeddings learn from hidden layer m − n
  it.each([
    [4, 12, [8, 9, 10, 11, 12], [8, 9, 10, 11]],
    [6, 12, [6, 7, 8, 9, 10, 11, 12], [6, 7, 8, 9, 10, 11]],
    [3, 3, [0, 1, 2, 3], [0, 1, 2]],
  ])('gives %d layers the top of %d', (n, m, hidden, attentions) => {
    expect(teachers('hidden', n, m)).toEqual(hidden);
    expect(teachers('attentions', n, m)).toEqual(attentions);
  });

  it('gives the layers of PKD-Last without embeddings and last layer', () => {
    expect(teachers('hidden', 6, 12, { embeddings: false, lastLayer: false })).toEqual([
      7, 8, 9, 10, 11,
    ]);
  });

  it('refuses a student deeper than the teacher', () => {
    expect(() => teachers('attentions', 12, 6)).toThrow(
      /matching last: the student has 12 layers but the teacher only 6/,
    );
  });
});
