import { describe, expect, it } from '@jest/globals';
import { didYouMean, suggestion } from './suggestion.js';

const known = ['soft-target', 'attention-transfer', 'mse'];

describe('suggestion', () => {
  it.each([
    ['soft-targt', 'soft-target'],
    ['Soft-Target', 'soft-target'],
    ['mce', 'mse'],
    ['attentiontransfr', 'attention-transfer'],
  ])('takes %s for %s', (given, expected) => {
    expect(suggestion(given, known)).toBe(expected);
  });

  it.each(['cosine', 'hidden-target', ''])('makes nothing of "%s"', (given) => {
    expect(suggestion(given, known)).toBeUndefined();
  });

  it('takes the nearest', () => {
    expect(suggestion('beta2', ['beta', 'beta1x', 'beta22'])).toBe('beta');
  });
});

describe('didYouMean', () => {
  it('asks and lists', () => {
    expect(didYouMean('mze', known)).toBe(
      'Did you mean "mse"? Known: soft-target, attention-transfer, mse.',
    );
    expect(didYouMean('zzzzzz', ['a'])).toBe('Known: a.');
    expect(didYouMean('x', [])).toBe('Known: none.');
  });
});
