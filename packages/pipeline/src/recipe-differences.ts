import { isDeepStrictEqual } from 'node:util';

/**
 * Where two recipes differ, as lines `training.epochs was 3 and is 5`. The order of settings means nothing.
 *
 * @param before plain data, like `after`.
 */
export function recipeDifferences(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isBlock(before) || !isBlock(after)) {
    return [`${path || 'the recipe'} was ${shown(before)} and is ${shown(after)}`];
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    recipeDifferences(before[key], after[key], path ? `${path}.${key}` : key),
  );
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
