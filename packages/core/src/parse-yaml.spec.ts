import { describe, expect, it } from '@jest/globals';
import { parseYaml } from './parse-yaml.js';

describe('parseYaml', () => {
  it('reads YAML and JSON', () => {
    expect(parseYaml('a: 1e-3\nb: [x, 2, true, null]\n# note\n', 'f')).toEqual({
      a: 0.001,
      b: ['x', 2, true, null],
    });
    expect(parseYaml('{\n\t"a": [1,\n\t2]\n}', 'f')).toEqual({ a: [1, 2] });
  });

  it.each([
    ['a: 1\nb: [1, 2\nc: 3\n', 'line 3, column 1'],
    ['a: 1\na: 2\n', 'Map keys must be unique at line 2, column 1'],
    ['a: 1\n---\nb: 2\n', 'line 2, column 1'],
    ['{"a": 1 "b": 2}', 'line 1, column 7'],
  ])('tells where %j is wrong', (text, place) => {
    expect(() => parseYaml(text, 'recipe.yaml')).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringMatching(
          new RegExp(`^recipe\\.yaml is not valid YAML\\. [^]*${place}`),
        ),
      }),
    );
  });

  it.each(['!!js/function "x"', '!python/object:os.system x', '!foo 3'])(
    'refuses the tag of %s: a recipe is data',
    (text) => {
      expect(() => parseYaml(`a: ${text}`, 'f')).toThrow(/Unresolved tag: .* at line 1, column 4/);
    },
  );

  it('refuses aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) {
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    }
    expect(() => parseYaml(lines.join('\n'), 'f')).toThrow('f: Excessive alias count');
  });

  it('refuses keys that are not text', () => {
    expect(() => parseYaml('[1, 2]: 3', 'f')).toThrow('With stringKeys, all keys must be strings');
  });

  it('leaves prototypes alone', () => {
    const value = parseYaml('__proto__: { polluted: yes }', 'f') as object;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
