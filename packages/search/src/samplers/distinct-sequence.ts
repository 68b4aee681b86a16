import type { Configuration, SearchSpace } from '../space.js';
import { exclusionOf } from '../space/conditions.js';
import { configurationKey } from '../space/configuration-key.js';
import { tooManyExclusions } from '../space/sample-uniform.js';
import { spaceSize } from '../space/space-size.js';

/** Candidates in a row that are struck before a new round begins. */
const MOST_STRUCK = 10_000;

/**
 * The element `number` (from 0) of a sequence from which excluded configurations are struck and, in a finite space, repeated ones
 * if wanted. When all configurations have come, or 10,000 candidates in a row were struck, a new round begins.
 *
 * @param candidate the sequence before anything is struck; called for the positions 0, 1, … in order.
 * @throws DistillerError `config` when 10,000 candidates in a row are excluded.
 */
export function distinctElement(
  space: SearchSpace,
  number: number,
  isDistinct: boolean,
  candidate: (position: number) => Configuration,
): Configuration {
  const size = isDistinct ? spaceSize(space) : Infinity;
  const seen = new Set<string>();
  let struck = 0;
  let accepted = 0;
  for (let position = 0; ; position++) {
    const configuration = candidate(position);
    const key = size === Infinity ? '' : configurationKey(configuration);
    if (exclusionOf(space, configuration) || seen.has(key)) {
      if (++struck < MOST_STRUCK) continue;
      if (seen.size === 0) throw tooManyExclusions(struck);
      seen.clear();
      struck = 0;
      continue;
    }
    if (accepted++ === number) return configuration;
    struck = 0;
    if (size === Infinity) continue;
    seen.add(key);
    if (seen.size === size) seen.clear();
  }
}
