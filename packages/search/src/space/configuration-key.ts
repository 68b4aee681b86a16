import type { Configuration } from '../space.js';

/**
 * A text that two configurations share exactly when they have the same parameters with the same values, whatever their order:
 * JSON with sorted names. 1 and "1" differ, 0 and −0 don't.
 */
export function configurationKey(configuration: Configuration): string {
  const names = Object.keys(configuration).sort();
  return JSON.stringify(names.map((name) => [name, configuration[name]]));
}
