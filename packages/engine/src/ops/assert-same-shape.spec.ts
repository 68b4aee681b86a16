import { describe, expect, it } from '@jest/globals';
import { assertSameShape } from './assert-same-shape.js';

describe('assertSameShape', () => {
  it('accepts equal shapes', () => {
    expect(() =>
      assertSameShape(
        'f',
        ['a', 'b', 'c'],
        { shape: [2, 3] },
        { shape: [2, 3] },
        { shape: [2, 3] },
      ),
    ).not.toThrow();
  });

  it('names the operand that differs', () => {
    const attempt = () =>
      assertSameShape('f', ['a', 'b', 'c'], { shape: [2] }, { shape: [2] }, { shape: [2, 1] });
    expect(attempt).toThrow('f: a is [2] but c is [2, 1]; they must have the same shape.');
    expect(attempt).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});
