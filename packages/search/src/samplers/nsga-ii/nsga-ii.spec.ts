import { createRng } from '@distiller/core';
import { hypervolume } from '../../fronts/hypervolume.js';
import { defineSearchSpace } from '../../space/define-search-space.js';
import type { StudyObjective, Trial } from '../../trial.js';
import { createSampler } from '../create-sampler.js';
import { toyStudy } from '../toy-study.fixture.js';
import { fittest, parentsOf } from './population.js';
import { crossPlaces, mutatePlace } from './variation.js';

const OBJECTIVES: StudyObjective[] = ['a', 'b'].map((name) => ({ name, direction: 'minimise' }));

function trial(number: number, values: number[], state: Trial['state'] = 'complete'): Trial {
  const base = { number, configuration: {}, state, reports: [] };
  return state === 'complete' ? { ...base, values } : base;
}

const numbers = (members: readonly { trial: Trial }[]) => members.map((one) => one.trial.number);

describe('fittest', () => {
  it('fills up by fronts, the last one by crowding distance', () => {
    // Front 0: trials 0 and 4. Front 1: 1, 2, 3 on a line; its ends are infinitely alone, 2 is left out.
    const values = [[0, 1], [0, 5], [2, 3], [5, 1], [1, 0]]; // prettier-ignore
    const judged = values.map((losses, i) => ({ trial: trial(i, losses), losses }));
    expect(numbers(fittest(judged, 4))).toEqual([0, 4, 1, 3]);
    expect(numbers(fittest(judged, 9))).toHaveLength(5);
  });
});

describe('parentsOf', () => {
  it('keeps the fittest of all generations before, and complete trials only', () => {
    const trials = [
      trial(0, [3, 3]),
      trial(1, [1, 1]),
      trial(2, [2, 2]),
      trial(3, [0, 0], 'pruned'),
      trial(4, [0, 0]),
    ];
    expect(parentsOf(0, 2, trials, OBJECTIVES)).toEqual([]);
    expect(numbers(parentsOf(1, 2, trials, OBJECTIVES))).toEqual([1, 0]);
    expect(numbers(parentsOf(2, 2, trials, OBJECTIVES))).toEqual([1, 2]);
    expect(numbers(parentsOf(3, 2, trials, OBJECTIVES))).toEqual([4, 1]);
  });
});

describe('crossPlaces', () => {
  it('has the mean of the parents and stays in bounds', () => {
    const rng = createRng(1);
    const children = Array.from({ length: 4000 }, () => crossPlaces(0.4, 0.6, rng));
    // Deviation about 0.1, so 0.0016 of the mean.
    expect(children.reduce((a, b) => a + b) / children.length).toBeCloseTo(0.5, 2);
    const wide = Array.from({ length: 4000 }, () => crossPlaces(0, 1, rng));
    expect(Math.min(...wide)).toBe(0);
    expect(Math.max(...wide)).toBe(1);
  });

  it('matches a value worked out by hand', () => {
    // u = 1/8 ⇒ β = (1/4)^(1/16); the side of a: 0.5 − β · 0.1.
    const rng = scripted([1 / 8, 0.2]);
    expect(crossPlaces(0.6, 0.4, rng)).toBeCloseTo(0.5 - 0.1 * 0.25 ** (1 / 16), 12);
  });
});

describe('mutatePlace', () => {
  it('stays in bounds, also at them', () => {
    const rng = createRng(2);
    for (const place of [0, 0.5, 1]) {
      const mutated = Array.from({ length: 500 }, () => mutatePlace(place, rng));
      expect(Math.min(...mutated)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...mutated)).toBeLessThanOrEqual(1);
    }
  });

  it('matches a value worked out by hand', () => {
    // u = 1/4 at ½: (½ + ½ · 2⁻²¹)^(1/21) − 1
    const step = (0.5 + 0.5 * 0.5 ** 21) ** (1 / 21) - 1;
    expect(mutatePlace(0.5, scripted([1 / 4]))).toBeCloseTo(0.5 + step, 12);
    // Mirrored: u = 3/4.
    expect(mutatePlace(0.5, scripted([3 / 4]))).toBeCloseTo(0.5 - step, 12);
  });
});

describe('sampler nsga-ii', () => {
  it('dominates more than random trials do', () => {
    const space = defineSearchSpace({
      parameters: Array.from({ length: 6 }, (_, i) => {
        return { name: `x${i}`, kind: 'float', low: 0, high: 1 };
      }),
    });
    // Zitzler, Deb, Thiele, 2000: ZDT1.
    const values = (configuration: Trial['configuration']) => {
      const [x, ...rest] = Object.values(configuration) as [number, ...number[]];
      const g = 1 + (9 * rest.reduce((a, b) => a + b)) / rest.length;
      return [x, g * (1 - Math.sqrt(x / g))];
    };
    const volume = (use: 'nsga-ii' | 'random', seed: number) => {
      const sampler = createSampler(use === 'random' ? { use } : { use, population: 20 });
      const trials = toyStudy(sampler, {
        space,
        trials: 160,
        objectives: OBJECTIVES,
        values,
        seed,
      });
      const points = trials.map((one) => one.values as number[]);
      return hypervolume(points, OBJECTIVES, [1.1, 6]);
    };
    for (const seed of [1, 2, 3])
      expect(volume('nsga-ii', seed)).toBeGreaterThan(volume('random', seed));
  });

  it('mutates every parameter where asked', () => {
    const space = defineSearchSpace({
      parameters: [{ name: 'p', kind: 'float', low: 0, high: 1 }],
    });
    const sampler = createSampler({ use: 'nsga-ii', population: 2, crossover: 0, mutation: 1 });
    const trials = toyStudy(sampler, { space, trials: 6 });
    const places = trials.map(({ configuration }) => configuration.p);
    expect(new Set(places).size).toBe(6);
  });
});

function scripted(values: number[]) {
  return { ...createRng(0), uniform: () => values.shift() as number };
}
