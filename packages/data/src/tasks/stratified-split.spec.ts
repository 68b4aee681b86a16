import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import fc from 'fast-check';
import { stratifiedSplit } from './stratified-split.js';

const tally = (parts: Int8Array, classes: number[], part: number) => {
  const counts: Record<number, number> = {};
  parts.forEach((p, i) => {
    if (p === part) counts[classes[i] as number] = (counts[classes[i] as number] ?? 0) + 1;
  });
  return counts;
};

describe('stratifiedSplit', () => {
  it('keeps the proportions', () => {
    const classes = Array.from({ length: 100 }, (_, i) => (i < 60 ? 0 : i < 90 ? 1 : 2));
    const parts = stratifiedSplit(classes, [10, 20], createRng(1), 'f.tsv');
    expect(tally(parts, classes, 0)).toEqual({ 0: 6, 1: 3, 2: 1 });
    expect(tally(parts, classes, 1)).toEqual({ 0: 12, 1: 6, 2: 2 });
  });

  it('gives exact sizes, leaves one of each class, and depends on the seed alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (classes, a, b) => {
          const free = classes.length - new Set(classes).size;
          const first = Math.floor(a * free);
          const second = Math.floor(b * (free - first));
          const parts = stratifiedSplit(classes, [first, second], createRng(2), 'f.tsv');
          expect(parts.filter((part) => part === 0)).toHaveLength(first);
          expect(parts.filter((part) => part === 1)).toHaveLength(second);
          expect(Object.keys(tally(parts, classes, -1))).toHaveLength(new Set(classes).size);
          expect(stratifiedSplit(classes, [first, second], createRng(2), 'f.tsv')).toEqual(parts);
        },
      ),
      { numRuns: 50, seed: 5 },
    );
  });

  it('draws others with another seed', () => {
    const classes = Array.from({ length: 100 }, () => 0);
    expect(stratifiedSplit(classes, [50], createRng(1), 'f.tsv')).not.toEqual(
      stratifiedSplit(classes, [50], createRng(2), 'f.tsv'),
    );
  });

  it('refuses more than there is', () => {
    expect(() => stratifiedSplit([0, 0, 1, 1], [2, 1], createRng(1), 'f.tsv')).toThrow(
      'f.tsv: splits of 2 + 1 examples were asked of 4 examples in 2 classes, of which each has to keep one; ask for at most 2 in all.',
    );
  });
});
