import { createRng } from '@distiller/core';
import type { ParameterValue, SearchParameter } from '../../space.js';
import { toUnit } from '../../space/unit-cube.js';
import { GOLDENS } from '../goldens.fixture.js';
import { kernelsOf } from './kernel-density.js';
import { normalProbability } from './normal-distribution.js';
import { parzenEstimator } from './parzen-estimator.js';

const P: SearchParameter = { name: 'p', kind: 'float', low: 0, high: 1 };
const THREE: SearchParameter = { name: 'c', kind: 'categorical', values: ['a', 'b', 'c'] };
const DEPTH: SearchParameter = { name: 'd', kind: 'integer', low: 1, high: 8 };
const WIDE: SearchParameter = { name: 'w', kind: 'integer', low: 1, high: 1e9, log: true };

describe('normalProbability', () => {
  it.each(GOLDENS.normal)('is that of SciPy at %p', (x, expected) => {
    expect(Math.abs(normalProbability(x) - expected)).toBeLessThan(1e-15);
  });

  it('is 0 and 1 far away', () => {
    expect(normalProbability(-50)).toBe(0);
    expect(normalProbability(50)).toBe(1);
  });
});

describe('kernelsOf', () => {
  const logs = (parameter: SearchParameter, observed: number[], unit: number, weight = 1) => {
    const sums = new Float64Array(observed.length + 1);
    kernelsOf(parameter, observed, weight).addLogs(unit, sums);
    return [...sums];
  };

  it('matches categorical values worked out by hand', () => {
    // Two observations, w = 1/3: (1 + 1/3) / 2 for the one observed, (1/3) / 2 for the others; the prior is 1/3.
    const expected = [2 / 3, 1 / 6, 1 / 3].map(Math.log);
    logs(THREE, [1 / 6, 5 / 6], 1 / 6).forEach((log, k) => expect(log).toBeCloseTo(expected[k] as number, 12)); // prettier-ignore
  });

  it('matches a bandwidth worked out by hand', () => {
    // 0.2, 0.3, 0.7: the ends look inwards only, 0.1 is raised to 1/5, the middle takes the larger gap: 0.2, 0.4, 0.4.
    const peak = (deviation: number, mean: number) =>
      -Math.log(deviation * Math.sqrt(2 * Math.PI)) -
      Math.log(normalProbability((1 - mean) / deviation) - normalProbability(-mean / deviation));
    expect(logs(P, [0.2, 0.3, 0.7], 0.2)[0]).toBeCloseTo(peak(0.2, 0.2), 12);
    expect(logs(P, [0.2, 0.3, 0.7], 0.3)[1]).toBeCloseTo(peak(0.4, 0.3), 12);
    expect(logs(P, [0.2, 0.3, 0.7], 0.7)[2]).toBeCloseTo(peak(0.4, 0.7), 12);
  });

  it('gives the values of whole numbers probabilities that add up to 1', () => {
    const units = Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8);
    const sum = units.reduce((total, unit) => total + Math.exp(logs(DEPTH, [0.9], unit)[0] as number), 0); // prettier-ignore
    expect(sum).toBeCloseTo(1, 12);
  });

  it('treats very many whole numbers as real', () => {
    const [log] = logs(WIDE, [0.5], 0.5);
    expect(log).toBeGreaterThan(-1); // a density, where a probability would be tiny
  });
});

describe('parzenEstimator', () => {
  it.each(GOLDENS.parzen)("has the densities of Optuna's: $name", (golden) => {
    const place = (point: readonly ParameterValue[]) =>
      golden.parameters.map((parameter, i) => toUnit(parameter, point[i] as ParameterValue));
    const observations = golden.observations.map(place);
    const estimator = parzenEstimator(golden.parameters, observations, GOLDENS.priorWeight);
    golden.points.forEach((point, i) =>
      expect(estimator.logDensity(place(point))).toBeCloseTo(golden.logDensities[i] as number, 8),
    );
  });

  it('draws as often as its density says', () => {
    const parameters = [THREE, DEPTH];
    const observations = [[1 / 6, 0.8], [0.5, 0.8], [1 / 6, 0.3]]; // prettier-ignore
    const estimator = parzenEstimator(parameters, observations, 1);
    const rng = createRng(1);
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const [c, d] = estimator.draw(rng) as [number, number];
      const key = `${Math.floor(c * 3)} ${Math.floor(d * 8)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (let c = 0; c < 3; c++) {
      for (let d = 0; d < 8; d++) {
        const expected = Math.exp(estimator.logDensity([(c + 0.5) / 3, (d + 0.5) / 8]));
        // Five standard errors.
        const tolerance = 5 * Math.sqrt(expected / draws);
        expect(Math.abs((counts.get(`${c} ${d}`) ?? 0) / draws - expected)).toBeLessThan(tolerance);
      }
    }
  });
});
