import { ok } from 'node:assert/strict';

/**
 * Largest difference between two arrays, as a share of the largest expected magnitude (at least `floor`);
 * Infinity when their lengths differ or a value is not a number.
 */
export function relativeDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  floor = 1,
): number {
  if (actual.length !== expected.length) return Infinity;
  let scale = floor;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (Number.isNaN(difference)) return Infinity;
    scale = Math.max(scale, Math.abs(expected[i] as number));
    largest = Math.max(largest, difference);
  }
  return largest === 0 ? 0 : largest / scale;
}

/** @param tolerance share of the largest expected magnitude, or absolute below 1. */
export function assertClose(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  const difference = relativeDifference(actual, expected);
  ok(
    difference <= tolerance,
    `${what}: ${preview(actual)}; expected ${preview(expected)}; they differ by ${difference}, more than ${tolerance}.`,
  );
}

function preview(values: ArrayLike<number>): string {
  const shown = Array.from(values).slice(0, 8).join(', ');
  return `[${shown}${values.length > 8 ? `, … ${values.length} in all` : ''}]`;
}
