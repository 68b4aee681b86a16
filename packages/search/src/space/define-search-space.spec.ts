import { defineSearchSpace } from './define-search-space.js';
import { MIXED } from './spaces.fixture.js';

const loss = { name: 'loss', kind: 'categorical', values: ['mse', 'mi'] };

describe('defineSearchSpace', () => {
  it('gives back a space that is right as it is', () => {
    expect(defineSearchSpace(structuredClone(MIXED))).toEqual(MIXED);
  });

  it('lists every problem with its place', () => {
    const define = () =>
      defineSearchSpace(
        {
          parameters: [
            loss,
            { name: 'loss', kind: 'ordered', values: [2, 1] },
            { name: 'twice', kind: 'categorical', values: [1, 1] },
            { name: 'flat', kind: 'integer', low: 3, high: 3 },
            { name: 'rate', kind: 'float', low: 0, high: 1, log: true },
            { name: 'width', kind: 'integer', low: 0, high: 9, log: true },
            {
              name: 'late',
              kind: 'integer',
              low: 0,
              high: 1,
              when: [{ parameter: 'los', in: ['mi'] }],
            },
            {
              name: 'odd',
              kind: 'integer',
              low: 0,
              high: 1,
              when: [{ parameter: 'loss', in: ['mu'] }],
            },
            {
              name: 'on',
              kind: 'integer',
              low: 0,
              high: 1,
              when: [{ parameter: 'rate', in: [0.5] }],
            },
          ],
          exclusions: [{ where: [{ parameter: 'late', in: [0.5, 7] }], reason: 'so' }],
        },
        'study.yaml',
      );
    expect(define).toThrow(
      [
        'study.yaml has 11 problems:',
        '  parameters.1.name: another parameter is called "loss" already',
        '  parameters.1.values: ordered numbers must rise',
        '  parameters.2.values: has a value twice',
        '  parameters.3.high: must be above low, which is 3 (given 3)',
        '  parameters.4.low: must be above 0 with log (given 0)',
        '  parameters.5.low: must be at least 1 with log (given 0)',
        '  parameters.6.when.0.parameter: "los" is not an earlier parameter. Did you mean "loss"? Known: loss, loss, twice, flat, rate, width.',
        '  parameters.7.when.0.in.0: "loss" is never "mu"; expected one of "mse", "mi"',
        '  parameters.8.when.0.parameter: "rate" is a float, which has no single values; make it ordered',
        '  exclusions.0.where.0.in.0: "late" is never 0.5; expected a whole number from 0 to 1',
        '  exclusions.0.where.0.in.1: "late" is never 7; expected a whole number from 0 to 1',
      ].join('\n'),
    );
  });

  it('refuses conditions on later parameters', () => {
    const early = {
      name: 'early',
      kind: 'integer',
      low: 0,
      high: 1,
      when: [{ parameter: 'loss', in: ['mi'] }],
    };
    expect(() => defineSearchSpace({ parameters: [early, loss] })).toThrow(
      'parameters.0.when.0.parameter: "loss" is not an earlier parameter. Known: none.',
    );
  });

  it.each([
    ['an unknown kind', { name: 'x', kind: 'normal' }, 'parameters.0.kind'],
    ['an unknown setting', { ...loss, weight: 1 }, 'unknown setting "weight"'],
    ['no values', { ...loss, values: [] }, 'parameters.0.values'],
    [
      'bounds that are not finite',
      { name: 'x', kind: 'float', low: 0, high: Infinity },
      'parameters.0.high',
    ],
    ['half integers', { name: 'x', kind: 'integer', low: 0.5, high: 3 }, 'parameters.0.low'],
    ['no name', { ...loss, name: '' }, 'parameters.0.name'],
  ])('refuses %s', (_, parameter, message) => {
    expect(() => defineSearchSpace({ parameters: [parameter] })).toThrow(message);
  });

  it('refuses a space without parameters', () => {
    expect(() => defineSearchSpace({ parameters: [] })).toThrow('parameters: ');
  });

  it('refuses exclusions that leave nothing, also together', () => {
    const refuse = (value: string) => ({
      where: [{ parameter: 'loss', in: [value] }],
      reason: 'no',
    });
    const rate = { name: 'rate', kind: 'float', low: 0, high: 1 };
    const define = (...values: string[]) =>
      defineSearchSpace({ parameters: [loss, rate], exclusions: values.map(refuse) });
    expect(() => define('mse')).not.toThrow();
    expect(() => define('mse', 'mi')).toThrow('exclusions: leave no configuration');
  });
});
