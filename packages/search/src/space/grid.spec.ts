import fc from 'fast-check';
import { configurationKey } from './configuration-key.js';
import { defineSearchSpace } from './define-search-space.js';
import { gridOf } from './grid.js';
import { spaceSize } from './space-size.js';
import { finiteSpaces, MIXED } from './spaces.fixture.js';
import { validateConfiguration } from './validate-configuration.js';

describe('gridOf', () => {
  it('lists a small conditional space in order', () => {
    const space = defineSearchSpace({
      parameters: [
        { name: 'loss', kind: 'categorical', values: ['mse', 'mi'] },
        {
          name: 'alpha',
          kind: 'ordered',
          values: [0, 1],
          when: [{ parameter: 'loss', in: ['mi'] }],
        },
        { name: 'depth', kind: 'integer', low: 1, high: 2 },
      ],
      exclusions: [
        {
          where: [
            { parameter: 'alpha', in: [1] },
            { parameter: 'depth', in: [2] },
          ],
          reason: 'of a test',
        },
      ],
    });
    expect(gridOf(space)).toEqual([
      { loss: 'mse', depth: 1 },
      { loss: 'mse', depth: 2 },
      { loss: 'mi', alpha: 0, depth: 1 },
      { loss: 'mi', alpha: 0, depth: 2 },
      { loss: 'mi', alpha: 1, depth: 1 },
    ]);
  });

  it('has every configuration once', () => {
    fc.assert(
      fc.property(finiteSpaces, (space) => {
        const grid = gridOf(space);
        grid.forEach((configuration) => validateConfiguration(space, configuration));
        expect(new Set(grid.map(configurationKey)).size).toBe(grid.length);
        expect(spaceSize(space)).toBe(grid.length);
      }),
    );
  });

  it('spaces the values of floats evenly, in the logarithm where asked', () => {
    const space = defineSearchSpace({
      parameters: [
        { name: 'p', kind: 'float', low: 0, high: 1 },
        { name: 'rate', kind: 'float', low: 1e-4, high: 1e-2, log: true },
      ],
    });
    const grid = gridOf(space, { floatPoints: 3 });
    expect(grid.map(({ p }) => p)).toEqual([0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1]);
    expect(grid[1]?.rate).toBeCloseTo(1e-3, 12);
    expect(grid[2]?.rate).toBe(1e-2);
  });

  it('refuses floats without points', () => {
    expect(() => gridOf(MIXED)).toThrow(
      'A grid needs single values, and parameter "rate" is a float. Give `floatPoints`',
    );
  });

  it('refuses more than a million configurations before it lists any', () => {
    const space = defineSearchSpace({
      parameters: [1, 2, 3].map((i) => ({ name: `p${i}`, kind: 'integer', low: 1, high: 1000 })),
    });
    expect(() => gridOf(space)).toThrow('The grid has 1000000000 configurations');
  });
});

describe('spaceSize', () => {
  it('is infinite with a float', () => {
    expect(spaceSize(MIXED)).toBe(Infinity);
  });

  it('counts wide ranges without visiting them', () => {
    const space = defineSearchSpace({
      parameters: [
        { name: 'n', kind: 'integer', low: 1, high: 1e12 },
        { name: 'm', kind: 'integer', low: 1, high: 10, when: [{ parameter: 'n', in: [5, 7] }] },
      ],
    });
    expect(spaceSize(space)).toBe(1e12 - 2 + 2 * 10);
  });

  it('is finite where the only float can never be', () => {
    const space = defineSearchSpace({
      parameters: [
        { name: 'use', kind: 'categorical', values: ['a', 'b', 'c'] },
        { name: 'p', kind: 'float', low: 0, high: 1, when: [{ parameter: 'use', in: ['a'] }] },
      ],
      exclusions: [{ where: [{ parameter: 'use', in: ['a'] }], reason: 'of a test' }],
    });
    expect(spaceSize(space)).toBe(2);
  });
});
