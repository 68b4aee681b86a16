import { describe, expect, it } from '@jest/globals';
import type { Configuration, SearchParameter, SearchSpace } from '../space.js';
import { factorColumns, type Factor } from './factor.js';
import { spaceFactors } from './space-factors.js';

const LOSS: SearchParameter = {
  kind: 'categorical',
  name: 'loss',
  values: ['mse', 'cos', 'mi'],
  stage: 'intermediate',
};
const ALPHA: SearchParameter = {
  kind: 'ordered',
  name: 'alpha',
  values: [0.1, 0.5, 0.9],
  when: [{ parameter: 'loss', in: ['mi'] }],
};
const MAP: SearchParameter = { kind: 'categorical', name: 'map', values: ['skip', 'last'] };
const RATE: SearchParameter = { kind: 'float', name: 'rate', low: 0.01, high: 1, log: true };
const DEPTH: SearchParameter = { kind: 'integer', name: 'depth', low: 2, high: 5 };

function space(...parameters: SearchParameter[]): SearchSpace {
  return { parameters };
}

function levelled(factor: Factor | undefined) {
  if (factor === undefined || factor.kind === 'numeric') throw new Error('A factor without levels');
  return {
    levels: factor.levels,
    of: (configuration: Configuration) => factor.levels[factor.levelOf(configuration)],
  };
}

describe('spaceFactors', () => {
  it('merges what a condition ties together, one level a possible combination', () => {
    const factors = spaceFactors(space(LOSS, MAP, ALPHA));
    expect(factors).toMatchObject([
      { name: 'loss×alpha', parameters: ['loss', 'alpha'], kind: 'nominal', stage: 'intermediate' },
      { name: 'map', kind: 'nominal' },
    ]);
    const { levels, of } = levelled(factors[0]);
    expect(levels).toEqual(['mse', 'cos', 'mi/0.1', 'mi/0.5', 'mi/0.9']);
    expect(of({ loss: 'cos', map: 'skip' })).toBe('cos');
    expect(of({ loss: 'mi', alpha: 0.5, map: 'skip' })).toBe('mi/0.5');
    expect(of({ loss: 'mi', map: 'skip' })).toBeUndefined();
  });

  it('follows chains of conditions', () => {
    const critic: SearchParameter = {
      kind: 'categorical',
      name: 'critic',
      values: ['a', 'b'],
      when: [{ parameter: 'alpha', in: [0.9] }],
    };
    const { levels } = levelled(spaceFactors(space(LOSS, ALPHA, critic))[0]);
    expect(levels).toEqual(['mse', 'cos', 'mi/0.1', 'mi/0.5', 'mi/0.9/a', 'mi/0.9/b']);
  });

  it('cuts numbers of a merged factor into parts of equal measure', () => {
    const when = [{ parameter: 'loss', in: ['mi'] }];
    const factors = spaceFactors(space(LOSS, { ...RATE, when }), { parts: 2 });
    const { levels, of } = levelled(factors[0]);
    expect(levels).toEqual(['mse', 'cos', 'mi/0.01…0.1', 'mi/0.1…1']);
    expect(of({ loss: 'mi', rate: 0.09 })).toBe('mi/0.01…0.1');
    expect(of({ loss: 'mi', rate: 1 })).toBe('mi/0.1…1');
  });

  it('keeps each of few whole numbers', () => {
    const when = [{ parameter: 'loss', in: ['mi'] }];
    const factors = spaceFactors(space(LOSS, { ...DEPTH, when }));
    expect(levelled(factors[0]).levels).toEqual(['mse', 'cos', 'mi/2', 'mi/3', 'mi/4', 'mi/5']);
  });

  it('leaves out levels that an exclusion rules out', () => {
    const exclusions = [
      { where: [{ parameter: 'alpha', in: [0.1, 0.5] }], reason: 'it is too low' },
      { where: [{ parameter: 'map', in: ['last'] }], reason: 'it is in another factor' },
    ];
    const factors = spaceFactors({ ...space(LOSS, ALPHA, MAP), exclusions });
    expect(levelled(factors[0]).levels).toEqual(['mse', 'cos', 'mi/0.9']);
    expect(levelled(factors[1]).levels).toEqual(['skip', 'last']);
  });

  it('keeps parameters apart and merges others when told', () => {
    const options = { apart: ['alpha'], merge: [['map', 'depth']] };
    const factors = spaceFactors(space(LOSS, ALPHA, MAP, DEPTH), options);
    expect(factors.map(({ name }) => name)).toEqual(['loss', 'alpha', 'map×depth']);
    expect(levelled(factors[2]).levels).toHaveLength(8);
  });

  it('measures whole numbers half a step beyond their bounds, and logarithms', () => {
    const [depth, rate, deep] = spaceFactors(
      space(DEPTH, RATE, { kind: 'integer', name: 'deep', low: 1, high: 8, log: true }),
    );
    expect(depth).toMatchObject({ low: 1.5, high: 5.5 });
    expect(rate).toMatchObject({ low: Math.log(0.01), high: 0 });
    expect(deep).toMatchObject({ low: Math.log(0.5), high: Math.log(8.5) });
  });

  it('refuses names that the space lacks', () => {
    expect(() => spaceFactors(space(LOSS, MAP), { merge: [['los', 'map']] })).toThrow(
      'The space has no parameter "los". Did you mean "loss"? Known: loss, map.',
    );
  });

  it('refuses factors of too many levels', () => {
    const wide = ['a', 'b', 'c', 'd'].map((name): SearchParameter => ({
      kind: 'integer',
      name,
      low: 1,
      high: 10,
    }));
    expect(() =>
      spaceFactors(space(...wide), { merge: [['a', 'b', 'c', 'd']], parts: 10 }),
    ).toThrow('The factor a×b×c×d has more than 4096 levels.');
  });
});

describe('factorColumns', () => {
  it('has an indicator a level and an axis a number', () => {
    const factors = spaceFactors(space(MAP, RATE, { ...ALPHA, when: [] }));
    const columns = factorColumns(factors, [
      { map: 'last', rate: 1, alpha: 0.9 },
      { map: 'skip', rate: 0.01 },
    ]);
    expect(columns.map(({ factor, level, values }) => [factor, level, ...values])).toEqual([
      [0, 0, 0, 1],
      [0, 1, 1, 0],
      [1, undefined, 0, Math.log(0.01)],
      [2, undefined, 2, -3.5], // from −0.5 to 2.5; who has none lies as far to the left
    ]);
  });
});
