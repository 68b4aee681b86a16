import { validateRecipe } from '@distiller/core';
import type { z } from 'zod';
import { grid } from './grid.js';
import { list } from './list.js';
import { nsgaII } from './nsga-ii/nsga-ii.js';
import { quasiRandom } from './quasi-random/quasi-random.js';
import { random } from './random.js';
import type { Sampler } from './sampler.js';
import { SAMPLER } from './sampler-settings.js';
import { tpe } from './tpe/tpe.js';

/** @throws DistillerError `config` listing every problem of the settings. */
export function createSampler(raw: z.input<typeof SAMPLER>): Sampler {
  const settings = validateRecipe(SAMPLER, raw, 'sampler');
  switch (settings.use) {
    case 'grid':
      return grid(settings);
    case 'list':
      return list(settings);
    case 'random':
      return random(settings);
    case 'quasi-random':
      return quasiRandom(settings);
    case 'nsga-ii':
      return nsgaII(settings);
    case 'tpe':
      return tpe(settings);
  }
}
