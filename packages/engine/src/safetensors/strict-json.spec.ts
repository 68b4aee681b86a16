import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it.each([
    ['at the top', '{"a":1,"a":2}'],
    ['further down', '{"x":[{"a":1,"b":{},"a":2}]}'],
    ['spelt differently', '{"a":1,"\\u0061":2}'],
    ['behind white space', '{"a" : 1,\n"a"\t: 2}'],
  ])('refuses a key that appears twice %s', (_, text) => {
    expect(() => parseStrictJson(text)).toThrow('the key "a" appears twice');
  });

  it.each([
    ['in different objects', '{"a":{"a":1},"b":{"a":2}}'],
    ['as a value', '{"a":"a","b":"a"}'],
    ['inside a string', '{"a":"{\\"b\\":1,\\"b\\":2}"}'],
  ])('allows the same text %s', (_, text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it('reads a string of a million escapes', () => {
    expect(parseStrictJson(`{"a":"${'\\n'.repeat(1e6)}"}`)).toEqual({ a: '\n'.repeat(1e6) });
  });
});
