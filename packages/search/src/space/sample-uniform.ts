import { DistillerError, type Rng } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';
import { exclusionOf } from './conditions.js';
import { decodeConfiguration } from './unit-cube.js';

/** Draws before it is said that almost everything is excluded. */
const MOST_DRAWS = 10_000;

/**
 * A random configuration: every parameter in turn uniform over its values (in the logarithm with `log`), those that turn out
 * inactive left out, and all of it drawn again where it is excluded. `rng` is used up by as many numbers as there are parameters
 * for each draw.
 *
 * @throws DistillerError `config` when 10,000 draws in a row were excluded.
 */
export function sampleUniform(space: SearchSpace, rng: Rng): Configuration {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const configuration = drawConfiguration(space, rng);
    if (!exclusionOf(space, configuration)) return configuration;
  }
  throw tooManyExclusions(MOST_DRAWS);
}

/** As `sampleUniform`, without asking for exclusions. */
export function drawConfiguration(space: SearchSpace, rng: Rng): Configuration {
  const point = space.parameters.map(() => rng.uniform());
  return decodeConfiguration(space, point);
}

export function tooManyExclusions(draws: number): DistillerError {
  return new DistillerError(
    'config',
    `The search space excludes ${draws} random configurations in a row. Say what is allowed by fewer values or by ` +
      'conditions (`when`) rather than by exclusions.',
  );
}
