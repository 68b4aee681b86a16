import { createRequire } from 'node:module';

type Predicate = (value: unknown) => boolean;

/** Functions of `node:util` that tfjs-node 4.22 calls with every op and that Node 23 removed. */
const REMOVED: Readonly<Record<string, Predicate>> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/**
 * Puts back what tfjs-node misses on Node 23 and newer; elsewhere it changes nothing.
 *
 * @param util the module object that `require('util')` gives, which is what tfjs-node sees.
 * @see https://github.com/tensorflow/tfjs/issues/8609
 */
export function restoreRemovedUtil(
  util: Record<string, unknown> = createRequire(import.meta.url)('node:util') as typeof util,
): void {
  for (const [name, predicate] of Object.entries(REMOVED)) util[name] ??= predicate;
}
