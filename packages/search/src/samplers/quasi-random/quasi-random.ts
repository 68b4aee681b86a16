import { createRng } from '@distiller/core';
import { decodeConfiguration } from '../../space/unit-cube.js';
import { distinctElement } from '../distinct-sequence.js';
import type { Sampler } from '../sampler.js';
import { haltonSequence } from './halton.js';

/**
 * Covers the space more evenly than random trials: a scrambled Halton sequence with a dimension for each parameter; the coordinates
 * of inactive ones are not read. Looks at no trial.
 */
export function quasiRandom({ distinct }: { readonly distinct: boolean }): Sampler {
  return {
    name: 'quasi-random',
    propose({ space, number, seed }) {
      const rng = createRng(seed).derive('sampler', 'quasi-random');
      const point = haltonSequence(space.parameters.length, rng);
      return distinctElement(space, number, distinct, (position) =>
        decodeConfiguration(space, point(position)),
      );
    },
  };
}
