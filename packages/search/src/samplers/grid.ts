import { createRng } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';
import { gridOf, type GridOptions } from '../space/grid.js';
import type { Sampler } from './sampler.js';

export interface GridSamplerOptions extends GridOptions {
  /** In an order drawn from the seed, so that a study that is stopped early has seen all parts of the space. */
  readonly shuffle: boolean;
}

/** Every configuration once, then again from the start. Looks at no trial. */
export function grid({ shuffle, ...options }: GridSamplerOptions): Sampler {
  const grids = new WeakMap<SearchSpace, Configuration[]>();
  return {
    name: 'grid',
    propose({ space, number, seed }) {
      const points = grids.get(space) ?? gridOf(space, options);
      grids.set(space, points);
      const turn = number % points.length;
      const order = shuffle
        ? createRng(seed).derive('sampler', 'grid').permutation(points.length)
        : undefined;
      return points[order?.[turn] ?? turn] as Configuration;
    },
  };
}
