import { decideAtRungs, rungsOf, type HalvingOptions } from './successive-halving.js';
import type { Pruner } from './pruner.js';

/**
 * Successive halving in several brackets that begin at different rungs, because it isn't known how early bad trials show: bracket 0
 * begins at r, the next at r·η, and so on; the last trains every trial to the end. A trial is compared within its
 * bracket only. Brackets get trials in proportion to the numbers that Hyperband starts in each, dealt out evenly by
 * the trial's number.
 *
 * @see Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", 2018, §3, arXiv:1603.06560
 */
export function hyperband(options: HalvingOptions): Pruner {
  const rungs = rungsOf(options);
  const bracketOf = dealer(bracketShares(rungs.length, options.reduction));
  const rungsIn = (bracket: number) => rungs.slice(bracket);
  return {
    name: 'hyperband',
    rungs: (number) => rungsIn(bracketOf(number)),
    decide(request) {
      const bracket = bracketOf(request.number);
      const rivals = request.earlier.filter(({ number }) => bracketOf(number) === bracket);
      return decideAtRungs(request, rungsIn(bracket), options.reduction, rivals);
    },
  };
}

/** Trials that each bracket starts: ⌈(m + 1) / (s + 1) · η^s⌉ where s of m rungs lie ahead. */
export function bracketShares(rungs: number, reduction: number): number[] {
  return Array.from({ length: rungs + 1 }, (_, bracket) => {
    const ahead = rungs - bracket;
    return Math.ceil(((rungs + 1) / (ahead + 1)) * reduction ** ahead);
  });
}

/**
 * Deals numbers 0, 1, 2, … out in proportion to shares: each goes to the one that is furthest behind its share, the first of equals. A
 * round has as many numbers as the shares add up to.
 */
export function dealer(shares: readonly number[]): (number: number) => number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const dealt = shares.map(() => 0);
  const round = Array.from({ length: total }, (_, i) => {
    const behind = shares.map((share, s) => ((i + 1) * share) / total - (dealt[s] as number));
    const next = behind.indexOf(Math.max(...behind));
    dealt[next] = (dealt[next] as number) + 1;
    return next;
  });
  return (number) => round[number % total] as number;
}
