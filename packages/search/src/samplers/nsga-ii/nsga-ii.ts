import { createRng, type Rng } from '@distiller/core';
import { exclusionOf, isActive } from '../../space/conditions.js';
import { configurationKey } from '../../space/configuration-key.js';
import { fromUnit, toUnit } from '../../space/unit-cube.js';
import type { Configuration, ParameterValue, SearchParameter, SearchSpace } from '../../space.js';
import { avoidedKeys } from '../avoided-keys.js';
import { freshConfiguration } from '../fresh-configuration.js';
import { randomElement } from '../random.js';
import type { Sampler } from '../sampler.js';
import { compareMembers, parentsOf, type Member } from './population.js';
import { crossPlaces, mutatePlace } from './variation.js';

export interface NsgaOptions {
  /** Trials of a generation. */
  readonly population: number;
  /** Probability that a child has two parents. */
  readonly crossover: number;
  /** Probability that a parameter mutates; 1 / the number of active ones when left out. */
  readonly mutation?: number;
  readonly distinct: boolean;
}

/** Children that are refused before a random configuration is taken. */
const MOST_CHILDREN = 100;

/**
 * Genetic search for the front of several objectives. The first generation is random; a later one's trials are children of the fittest
 * among all before it: each parent is the fitter of two, and the child's values come from both. Numbers and ordered values cross
 * by simulated binary crossover and mutate by small steps, a categorical value comes from either parent and mutates to any; a
 * parameter that is active in neither parent is drawn anew.
 *
 * A generation begins before the last trials of the one before have finished, where several run at a time; those never become parents.
 * Pruned, failed and running trials are only avoided as duplicates.
 *
 * @see Deb, Pratap, Agarwal, Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, §III
 */
export function nsgaII(options: NsgaOptions): Sampler {
  return {
    name: 'nsga-ii',
    propose({ space, objectives, number, trials, seed }) {
      const generation = Math.floor(number / options.population);
      const parents = parentsOf(generation, options.population, trials, objectives);
      if (parents.length < 2)
        return randomElement(space, number, options.distinct, createRng(seed));
      const rng = createRng(seed).derive('sampler', 'nsga-ii', number);
      const avoided = avoidedKeys(space, trials, options.distinct);
      for (let i = 0; i < MOST_CHILDREN; i++) {
        const child = makeChild(space, parents, options, rng);
        if (!exclusionOf(space, child) && !avoided.has(configurationKey(child))) return child;
      }
      return freshConfiguration(space, avoided, rng);
    },
  };
}

function makeChild(
  space: SearchSpace,
  parents: readonly Member[],
  { crossover, mutation }: NsgaOptions,
  rng: Rng,
): Configuration {
  const first = tournament(parents, rng);
  const second = rng.uniform() < crossover ? tournament(parents, rng) : first;
  const expected = mutation ?? 1 / Object.keys(first).length;
  const child: Record<string, ParameterValue> = {};
  for (const parameter of space.parameters) {
    if (!isActive(parameter, child)) continue;
    const inherited = inherit(parameter, first, second, rng);
    child[parameter.name] =
      inherited === undefined
        ? fromUnit(parameter, rng.uniform())
        : rng.uniform() < expected
          ? mutate(parameter, inherited, rng)
          : inherited;
  }
  return child;
}

/** The fitter of two parents. */
function tournament(parents: readonly Member[], rng: Rng): Configuration {
  const [a, b] = [0, 1].map(() => parents[rng.integer(parents.length)] as Member) as [
    Member,
    Member,
  ];
  return (compareMembers(a, b) <= 0 ? a : b).trial.configuration;
}

function inherit(
  parameter: SearchParameter,
  first: Configuration,
  second: Configuration,
  rng: Rng,
): ParameterValue | undefined {
  const [a, b] = [first[parameter.name], second[parameter.name]];
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const isEither = rng.uniform() < 0.5;
  if (parameter.kind === 'categorical' || isEither) return rng.uniform() < 0.5 ? a : b;
  return fromUnit(parameter, crossPlaces(toUnit(parameter, a), toUnit(parameter, b), rng));
}

function mutate(parameter: SearchParameter, value: ParameterValue, rng: Rng): ParameterValue {
  if (parameter.kind === 'categorical') return fromUnit(parameter, rng.uniform());
  const mutated = fromUnit(parameter, mutatePlace(toUnit(parameter, value), rng));
  // A small step of few values may lead nowhere.
  return mutated === value && parameter.kind !== 'float'
    ? fromUnit(parameter, rng.uniform())
    : mutated;
}
