import { createRng } from '@distiller/core';
import fc from 'fast-check';
import type { SearchParameter } from '../space.js';
import { sampleUniform } from './sample-uniform.js';
import { MIXED } from './spaces.fixture.js';
import { decodeConfiguration, encodeConfiguration, fromUnit, toUnit } from './unit-cube.js';
import { validateConfiguration } from './validate-configuration.js';

const three: SearchParameter = { name: 'x', kind: 'categorical', values: ['a', 'b', 'c'] };
const rate: SearchParameter = { name: 'x', kind: 'float', low: 1e-4, high: 1, log: true };
const depth: SearchParameter = { name: 'x', kind: 'integer', low: 1, high: 4 };
const width: SearchParameter = { name: 'x', kind: 'integer', low: 1, high: 8, log: true };

describe('toUnit', () => {
  it('puts listed values and whole numbers in the middle of their cells', () => {
    expect(toUnit(three, 'b')).toBe(0.5);
    expect(toUnit(depth, 1)).toBe(0.125);
    expect(toUnit(depth, 4)).toBe(0.875);
  });

  it('measures logarithms', () => {
    expect(toUnit(rate, 1e-4)).toBe(0);
    expect(toUnit(rate, 1e-3)).toBeCloseTo(0.25, 12);
    // ln(1 / 0.5) / ln(8.5 / 0.5) = ln 2 / ln 17
    expect(toUnit(width, 1)).toBeCloseTo(Math.log(2) / Math.log(17), 12);
  });
});

describe('fromUnit', () => {
  it('cuts [0, 1] into cells', () => {
    expect([0, 0.33, 0.34, 0.99, 1].map((unit) => fromUnit(three, unit))).toEqual([
      'a', 'a', 'b', 'c', 'c',
    ]); // prettier-ignore
    expect([0, 0.24, 0.26, 1].map((unit) => fromUnit(depth, unit))).toEqual([1, 1, 2, 4]);
  });

  it('keeps to the bounds at both ends', () => {
    for (const parameter of [rate, width]) {
      expect(fromUnit(parameter, 0)).toBeCloseTo(parameter.low, 12);
      expect(fromUnit(parameter, 0)).toBeGreaterThanOrEqual(parameter.low);
      expect(fromUnit(parameter, 1)).toBeCloseTo(parameter.high, 12);
      expect(fromUnit(parameter, 1)).toBeLessThanOrEqual(parameter.high);
    }
  });
});

describe('encodeConfiguration', () => {
  it('marks what is inactive', () => {
    const configuration = { loss: 'mse', rate: 1e-5, depth: 1, mixup: false };
    expect([...encodeConfiguration(MIXED, configuration)]).toEqual([
      1 / 6, 0.5, 0.5, 0, 0.125, 0.5, 0.25,
    ]); // prettier-ignore
    expect(encodeConfiguration(MIXED, configuration, NaN)[1]).toBeNaN();
  });

  it('is undone by decodeConfiguration', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const configuration = sampleUniform(MIXED, createRng(seed));
        validateConfiguration(MIXED, configuration);
        const back = decodeConfiguration(MIXED, encodeConfiguration(MIXED, configuration));
        expect(Object.keys(back)).toEqual(Object.keys(configuration));
        for (const [name, value] of Object.entries(configuration)) {
          if (typeof value === 'number')
            expect(Math.abs((back[name] as number) - value)).toBeLessThanOrEqual(1e-12 * value);
          else expect(back[name]).toBe(value);
        }
      }),
    );
  });
});
