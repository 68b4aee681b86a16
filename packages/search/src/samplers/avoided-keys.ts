import type { SearchSpace } from '../space.js';
import type { Trial } from '../trial.js';
import { configurationKey } from '../space/configuration-key.js';
import { spaceSize } from '../space/space-size.js';

/**
 * Keys of the configurations that should not be proposed again: those of all trials, whatever became of them; none when `isDistinct` is
 * false, the space is infinite or all of it has been tried.
 */
export function avoidedKeys(
  space: SearchSpace,
  trials: readonly Trial[],
  isDistinct: boolean,
): ReadonlySet<string> {
  const size = isDistinct ? spaceSize(space) : Infinity;
  if (size === Infinity) return new Set();
  const keys = new Set(trials.map(({ configuration }) => configurationKey(configuration)));
  return keys.size < size ? keys : new Set();
}
