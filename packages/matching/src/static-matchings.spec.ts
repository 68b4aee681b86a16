import { describe, expect, it } from '@jest/globals';
import type { LayerFeature, Matching } from '@distiller/core';
import { matchingChecks, type MatchingSubject } from '@distiller/testing';
import { all } from './all.js';
import { explicit } from './explicit.js';
import { first } from './first.js';
import { lastK } from './last-k.js';

const SUBJECTS: Readonly<Record<string, MatchingSubject>> = {
  all: { matching: all() },
  first: { matching: first() },
  'last-k': { matching: lastK({ k: 2 }) },
  explicit: { matching: explicit({ pairs: [[0, 1], [1, 2]] }), depths: [[2, 3], [4, 12]] }, // prettier-ignore
  'explicit that crosses': { matching: explicit({ pairs: [[0, 2], [1, 0]] }), depths: [[2, 3]], mayCross: true }, // prettier-ignore
};
const layers = (matching: Matching, feature: LayerFeature, n: number, m: number) =>
  matching.pairs(feature, n, m).map(({ student, teacher }) => [student, teacher]);

describe.each(Object.entries(SUBJECTS))('%s', (_, subject) => {
  it.each(matchingChecks.map((check) => [check.name, check] as const))('%s', (__, check) =>
    check.run(subject),
  );
});

describe('all', () => {
  it('gives each student layer weight 1 in all', () => {
    const pairs = all().pairs('hidden', 2, 4);
    expect(pairs).toHaveLength(1 + 2 * 4);
    for (const layer of [0, 1, 2]) {
      const weights = pairs.filter(({ student }) => student === layer).map(({ weight }) => weight);
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
  });
});

describe('first', () => {
  it('pairs equal depths', () => {
    expect(layers(first(), 'hidden', 2, 4)).toEqual([[0, 0], [1, 1], [2, 2]]); // prettier-ignore
    expect(layers(first(), 'attentions', 2, 4)).toEqual([[0, 0], [1, 1]]); // prettier-ignore
  });
});

describe('last-k', () => {
  it('pairs the tops', () => {
    expect(layers(lastK({ k: 2 }), 'hidden', 3, 6)).toEqual([[2, 5], [3, 6]]); // prettier-ignore
    expect(layers(lastK(), 'values', 3, 6)).toEqual([[2, 5]]);
  });

  it('refuses more layers than the student has', () => {
    expect(() => lastK({ k: 4 }).pairs('hidden', 3, 6)).toThrow(
      'matching last-k: k is 4, but the student has 3 layers. Choose a k of at most 3.',
    );
  });
});

describe('explicit', () => {
  it('takes pairs with weights', () => {
    const matching = explicit({ pairs: [[1, 4], { student: 2, teacher: 8, weight: 0.5 }] });
    expect(matching.pairs('hidden', 2, 8)).toEqual([
      { student: 1, teacher: 4, weight: 1 },
      { student: 2, teacher: 8, weight: 0.5 },
    ]);
  });

  it('refuses layers that do not exist, and a pair that is given twice', () => {
    expect(() => explicit({ pairs: [[1, 9]] }).pairs('hidden', 2, 8)).toThrow(
      "matching explicit: the pair 1–9 names teacher layer 9, but the teacher's hidden are 0 to 8.",
    );
    expect(() => explicit({ pairs: [[2, 1]] }).pairs('attentions', 2, 8)).toThrow(
      /names student layer 2, but the student's attentions are 0 to 1/,
    );
    expect(() => explicit({ pairs: [[1, 2], [1, 2]] })).toThrow(/the pair 1–2 is given twice/); // prettier-ignore
  });
});
