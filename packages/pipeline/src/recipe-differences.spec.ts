import { describe, expect, it } from '@jest/globals';
import { recipeDifferences } from './recipe-differences.js';

describe('recipeDifferences', () => {
  it('names every setting that changed, came or went', () => {
    const before = { seed: 1, training: { epochs: 3, lengths: [8, 16] }, name: 'a' };
    const after = { seed: 1, training: { epochs: 5, lengths: [8, 32], patience: 2 } };
    expect(recipeDifferences(before, after)).toEqual([
      'training.epochs was 3 and is 5',
      'training.lengths.1 was 16 and is 32',
      'training.patience was not set and is 2',
      'name was "a" and is not set',
    ]);
  });

  it('does not mind the order of settings', () => {
    expect(recipeDifferences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]);
  });

  it('tells a block from a value', () => {
    expect(recipeDifferences({ a: 'online' }, { a: { cache: {} } })).toEqual([
      'a was "online" and is {"cache":{}}',
    ]);
  });
});
