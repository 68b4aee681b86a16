import { ok, strictEqual } from 'node:assert';

/** Float32 sums in another order, of numbers of the size of logits. */
export const TOLERANCE = 1e-4;

/** Fails where numbers are further apart than by TOLERANCE, or by that share of those above 1. */
export function assertNear(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): void {
  strictEqual(actual.length, expected.length, `${what}: number`);
  Array.from(expected, (value, i) =>
    ok(
      Math.abs((actual[i] as number) - value) <= TOLERANCE * Math.max(1, Math.abs(value)),
      `${what}: entry ${i} is ${actual[i]} instead of ${value}`,
    ),
  );
}
