import { crowdingDistances } from '../../fronts/crowding-distances.js';
import { judgedTrials, type JudgedTrial } from '../../fronts/losses.js';
import { nonDominatedRanks } from '../../fronts/non-dominated-ranks.js';
import type { StudyObjective, Trial } from '../../trial.js';

/** A member of a population and how it compares there. */
export interface Member extends JudgedTrial {
  /** Of its front, from 0. */
  readonly rank: number;
  /** Crowding distance within the front. */
  readonly crowding: number;
}

/**
 * The parents of a generation: those of the one before it and its own trials, of which the best `size` are kept; so on since
 * generation 0. Trial n belongs to generation ⌊n / size⌋. Trials that are not complete are no parents.
 *
 * @see Deb et al., "NSGA-II", 2002, §III.C
 */
export function parentsOf(
  generation: number,
  size: number,
  trials: readonly Trial[],
  objectives: readonly StudyObjective[],
): Member[] {
  const judged = judgedTrials(trials, objectives);
  let parents: Member[] = [];
  for (let g = 0; g < generation; g++) {
    const born = judged.filter(({ trial }) => Math.floor(trial.number / size) === g);
    if (born.length > 0) parents = fittest([...parents, ...born], size);
  }
  return parents;
}

/** The best of a set: by front, within the last front that has room by crowding distance. Ties go to the earlier one. */
export function fittest(judged: readonly JudgedTrial[], size: number): Member[] {
  const ranks = nonDominatedRanks(judged.map(({ losses }) => losses));
  const members: Member[] = [];
  for (let rank = 0; members.length < Math.min(size, judged.length); rank++) {
    const front = judged.filter((_, i) => ranks[i] === rank);
    const crowding = crowdingDistances(front.map(({ losses }) => losses));
    const ranked = front.map(({ trial, losses }, i) => ({
      trial,
      losses,
      rank,
      crowding: crowding[i] as number,
    }));
    members.push(...ranked.sort(compareMembers).slice(0, size - members.length));
  }
  return members;
}

/** Negative when `a` is fitter: by front, then by how alone it is. */
export function compareMembers(a: Member, b: Member): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.crowding === b.crowding ? 0 : a.crowding > b.crowding ? -1 : 1;
}
