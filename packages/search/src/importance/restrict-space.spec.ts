import { describe, expect, it } from '@jest/globals';
import type { SearchSpace } from '../space.js';
import { restrictSpace } from './restrict-space.js';

const SPACE: SearchSpace = {
  parameters: [
    { kind: 'categorical', name: 'loss', values: ['none', 'mse', 'mi'] },
    { kind: 'ordered', name: 'alpha', values: [0.1, 1], when: [{ parameter: 'loss', in: ['mi'] }] },
    {
      kind: 'categorical',
      name: 'map',
      values: ['skip', 'last'],
      when: [{ parameter: 'loss', in: ['mse', 'mi'] }],
    },
    { kind: 'float', name: 'rate', low: 0, high: 1 },
  ],
  exclusions: [
    {
      where: [
        { parameter: 'loss', in: ['mi'] },
        { parameter: 'map', in: ['last'] },
      ],
      reason: 'why not',
    },
  ],
};
const [, alpha, map, rate] = SPACE.parameters;
const { when: _, ...always } = map as { when: unknown };

describe('restrictSpace', () => {
  it('is the space itself without wishes', () => {
    expect(restrictSpace(SPACE, [])).toBe(SPACE);
  });

  it('drops a choice that is made, and what depends on another one', () => {
    expect(restrictSpace(SPACE, [{ parameter: 'loss', in: ['mse'] }])).toEqual({
      parameters: [always, rate],
      exclusions: [],
    });
    expect(restrictSpace(SPACE, [{ parameter: 'loss', in: ['none'] }])).toEqual({
      parameters: [rate],
      exclusions: [],
    });
  });

  it('keeps conditions that may hold or not', () => {
    expect(restrictSpace(SPACE, [{ parameter: 'loss', in: ['none', 'mi'] }])).toEqual({
      parameters: [
        { kind: 'categorical', name: 'loss', values: ['none', 'mi'] },
        alpha,
        { ...always, when: [{ parameter: 'loss', in: ['mi'] }] },
        rate,
      ],
      exclusions: SPACE.exclusions,
    });
  });

  it('takes a parameter for active when it must have a value', () => {
    expect(restrictSpace(SPACE, [{ parameter: 'map', in: ['last'] }])).toEqual({
      parameters: [{ kind: 'categorical', name: 'loss', values: ['mse', 'mi'] }, alpha, rate],
      exclusions: [{ where: [{ parameter: 'loss', in: ['mi'] }], reason: 'why not' }],
    });
    expect(restrictSpace(SPACE, [{ parameter: 'alpha', in: ['1'] }]).parameters).toEqual([
      always,
      rate,
    ]);
  });

  it.each([
    [[{ parameter: 'los', in: ['mi'] }], 'There is no parameter "los". Did you mean "loss"?'],
    [
      [{ parameter: 'loss', in: ['ms'] }],
      'Parameter "loss" has no value "ms". Did you mean "mse"?',
    ],
    [[{ parameter: 'rate', in: ['1'] }], '"rate" is an interval of numbers'],
    [
      [
        { parameter: 'loss', in: ['none'] },
        { parameter: 'alpha', in: ['1'] },
      ],
      'No trial can have what is wanted of "loss".',
    ],
  ])('refuses %j', (wanted, message) => {
    expect(() => restrictSpace(SPACE, wanted)).toThrow(message);
  });
});
