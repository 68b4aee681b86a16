import { createRng, type Rng } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';
import { drawConfiguration } from '../space/sample-uniform.js';
import { distinctElement } from './distinct-sequence.js';
import type { Sampler } from './sampler.js';

/**
 * Uniform over the values of each parameter in turn. Looks at no trial: the configuration depends on the seed and the number
 * alone.
 */
export function random({ distinct }: { readonly distinct: boolean }): Sampler {
  return {
    name: 'random',
    propose: ({ space, number, seed }) => randomElement(space, number, distinct, createRng(seed)),
  };
}

/** The proposal of `random` for a trial. */
export function randomElement(
  space: SearchSpace,
  number: number,
  distinct: boolean,
  rng: Rng,
): Configuration {
  const stream = rng.derive('sampler', 'random');
  return distinctElement(space, number, distinct, () => drawConfiguration(space, stream));
}
