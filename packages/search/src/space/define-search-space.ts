import { validateRecipe } from '@distiller/core';
import type { SearchSpace } from '../space.js';
import { SEARCH_SPACE } from './search-space-schema.js';

/**
 * Checks a search space that a person wrote.
 *
 * @param where names it in messages, e.g. `study.yaml`.
 * @throws DistillerError `config` that lists every problem with its path: shapes, names, bounds, conditions and exclusions, and
 *   exclusions that leave nothing.
 */
export function defineSearchSpace(raw: unknown, where = 'search space'): SearchSpace {
  return validateRecipe(SEARCH_SPACE, raw, where);
}
