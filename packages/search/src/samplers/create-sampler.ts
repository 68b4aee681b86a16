import { validateRecipe } from '@distiller/core';
import type { z } from 'zod';
import { grid } from './grid.js';
import { random } from './random.js';
import type { Sampler } from './sampler.js';
import { SAMPLER } from './sampler-settings.js';

/** @throws DistillerError `config` listing every problem of the settings. */
export function createSampler(raw: z.input<typeof SAMPLER>): Sampler {
  const settings = validateRecipe(SAMPLER, raw, 'sampler');
  switch (settings.use) {
    case 'grid':
      return grid(settings);
    case 'random':
      return random(settings);
  }
}
