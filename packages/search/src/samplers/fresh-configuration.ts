import type { Rng } from '@distiller/core';
import { configurationKey } from '../space/configuration-key.js';
import { gridOf, MOST_GRID_POINTS } from '../space/grid.js';
import { sampleUniform } from '../space/sample-uniform.js';
import { spaceSize } from '../space/space-size.js';
import type { Configuration, SearchSpace } from '../space.js';

/** Draws before all that is left is listed. */
const MOST_DRAWS = 100;

/** A random configuration that is not to be avoided; any one, where such can't be found. */
export function freshConfiguration(
  space: SearchSpace,
  avoided: ReadonlySet<string>,
  rng: Rng,
): Configuration {
  let configuration = sampleUniform(space, rng);
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    if (!avoided.has(configurationKey(configuration))) return configuration;
    configuration = sampleUniform(space, rng);
  }
  if (spaceSize(space) > MOST_GRID_POINTS) return configuration;
  const left = gridOf(space).filter((point) => !avoided.has(configurationKey(point)));
  return left.length > 0 ? (left[rng.integer(left.length)] as Configuration) : configuration;
}
