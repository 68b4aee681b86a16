import { describe, expect, it } from '@jest/globals';
import { distinctivePrime, Symbols } from './symbols.js';

describe('Symbols', () => {
  const symbols = new Symbols({ batch: 1013, sequence: 509 });

  it('reads named sizes out of a dimension', () => {
    expect(symbols.factor(3 * 509 * 1013)).toEqual({
      coefficient: 3,
      factors: ['batch', 'sequence'],
    });
    expect(symbols.factor(509 * 509)).toEqual({
      coefficient: 1,
      factors: ['sequence', 'sequence'],
    });
    expect(symbols.factor(312)).toBeUndefined();
    expect(symbols.factor(0)).toBeUndefined();
  });
});

describe('distinctivePrime', () => {
  it('is prime, at most the limit, and divides none of the numbers', () => {
    expect(distinctivePrime(512, [])).toBe(509);
    expect(distinctivePrime(512, [1018])).toBe(503); // 1018 = 2 · 509
    expect(() => distinctivePrime(4, [3])).toThrow('there is no distinctive prime up to 4');
  });
});
