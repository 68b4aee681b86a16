import { DistillerError, type Rng } from '@distiller/core';
import { membersByClass } from './members-by-class.js';

/**
 * Draws disjoint parts of given sizes, each with the classes in about the proportions of the whole, and every class
 * keeps at least one example for the rest.
 *
 * @param classes class of each example.
 * @param sizes of the parts.
 * @param where begins the error message.
 * @returns for each example the number of its part from 0, or −1 for the rest.
 * @throws DistillerError `config` when the parts are too large.
 */
export function stratifiedSplit(
  classes: readonly number[],
  sizes: readonly number[],
  rng: Rng,
  where: string,
): Int8Array {
  const drawn = membersByClass(classes).map(([label, members]) =>
    Array.from(
      rng.derive('class', label).permutation(members.length),
      (position) => members[position] as number,
    ),
  );
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (wanted > classes.length - drawn.length) {
    throw new DistillerError(
      'config',
      `${where}: splits of ${sizes.join(' + ')} examples were asked of ${classes.length} examples in ${drawn.length} classes, ` +
        `of which each has to keep one; ask for at most ${Math.max(0, classes.length - drawn.length)} in all.`,
    );
  }
  const parts = new Int8Array(classes.length).fill(-1);
  sizes.forEach((size, part) => {
    const shares = apportion(
      size,
      drawn.map((members) => members.length - 1),
    );
    drawn.forEach((members, c) => {
      for (const i of members.splice(0, shares[c])) parts[i] = part;
    });
  });
  return parts;
}

/** Whole shares of `size`, proportional to `weights` and none above its weight; remainders go to the largest. */
function apportion(size: number, weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (size * weight) / total);
  const shares = exact.map(Math.floor);
  const order = exact
    .map((share, i) => ({ i, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  let missing = size - shares.reduce((sum, share) => sum + share, 0);
  for (const { i } of order) {
    if (missing === 0) break;
    shares[i] = (shares[i] as number) + 1;
    missing--;
  }
  return shares;
}
