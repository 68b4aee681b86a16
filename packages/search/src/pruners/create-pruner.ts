import { DistillerError, validateRecipe } from '@distiller/core';
import type { z } from 'zod';
import { hyperband } from './hyperband.js';
import { median } from './median.js';
import { PRUNER } from './pruner-settings.js';
import type { Pruner } from './pruner.js';
import { asha } from './successive-halving.js';

const NONE: Pruner = { name: 'none', rungs: () => [], decide: () => 'continue' };
/** Hyperband deals out about as many trials in a round. */
const WIDEST = 100_000;

/**
 * @param maximum budget of a whole training; nothing is stopped there.
 * @throws DistillerError `config` listing every problem of the settings, or when the first rung lies at `maximum`, beyond it or far below.
 */
export function createPruner(raw: z.input<typeof PRUNER>, maximum: number): Pruner {
  const settings = validateRecipe(PRUNER, raw, 'pruner');
  if (settings.use === 'none') return NONE;
  if (settings.use === 'median') return median(settings);
  const { use, minimum, reduction } = settings;
  const width = maximum / minimum;
  if (!(width > 1 && width <= WIDEST)) {
    throw new DistillerError(
      'config',
      `pruner ${use}: the first rung is at budget ${minimum} and a whole training has ${maximum}; expected a lower ` +
        `\`minimum\`, but not below the ${WIDEST}th part.`,
    );
  }
  return (use === 'asha' ? asha : hyperband)({ minimum, maximum, reduction });
}
