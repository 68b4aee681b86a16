import { dominates } from './pareto-front.js';

/**
 * The front that each point lies in: 0 for points that nothing dominates, 1 for those that only front 0 dominates, and so on.
 *
 * @param points losses, [n][objectives].
 * @see Deb, Pratap, Agarwal, Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, §III.A
 */
export function nonDominatedRanks(points: readonly (readonly number[])[]): number[] {
  const ranks = points.map(() => -1);
  let left = points.map((_, i) => i);
  for (let rank = 0; left.length > 0; rank++) {
    const front = left.filter((i) => !left.some((j) => dominatesAt(points, j, i)));
    for (const i of front) ranks[i] = rank;
    left = left.filter((i) => ranks[i] === -1);
  }
  return ranks;
}

function dominatesAt(points: readonly (readonly number[])[], i: number, j: number): boolean {
  return dominates(points[i] as readonly number[], points[j] as readonly number[]);
}
