import { crowdingDistances } from '../../fronts/crowding-distances.js';
import { judgedTrials, lossesOf } from '../../fronts/losses.js';
import { nonDominatedRanks } from '../../fronts/non-dominated-ranks.js';
import type { StudyObjective, Trial } from '../../trial.js';

/**
 * The trials that taught something, best first: complete ones by their value; then pruned ones, those that got furthest first, by their
 * last report. Of several objectives the front counts, then how alone a trial is in it. Failed and running trials, and
 * those without a finite value, are left out. Ties go to the lower number.
 */
export function rankedTrials(
  trials: readonly Trial[],
  objectives: readonly StudyObjective[],
): Trial[] {
  return [...rankedComplete(trials, objectives), ...rankedPruned(trials, objectives)];
}

function rankedComplete(trials: readonly Trial[], objectives: readonly StudyObjective[]): Trial[] {
  const judged = judgedTrials(trials, objectives);
  if (objectives.length === 1)
    return judged
      .sort((a, b) => (a.losses[0] as number) - (b.losses[0] as number))
      .map(({ trial }) => trial);
  const ranks = nonDominatedRanks(judged.map(({ losses }) => losses));
  const fronts: (typeof judged)[] = [];
  judged.forEach((one, i) => (fronts[ranks[i] as number] ??= []).push(one));
  return fronts.flatMap((front) => {
    const alone = crowdingDistances(front.map(({ losses }) => losses));
    const order = front.map((_, i) => i);
    order.sort((i, j) => compareDescending(alone[i] as number, alone[j] as number));
    return order.map((i) => front[i]?.trial as Trial);
  });
}

/** Not by subtraction, since both may be infinite. */
function compareDescending(a: number, b: number): number {
  return a === b ? 0 : b > a ? 1 : -1;
}

function rankedPruned(trials: readonly Trial[], objectives: readonly StudyObjective[]): Trial[] {
  const first = objectives.slice(0, 1);
  return trials
    .flatMap((trial) => {
      const last = trial.reports.at(-1);
      if (trial.state !== 'pruned' || !last || !Number.isFinite(last.value)) return [];
      return [{ trial, budget: last.budget, loss: lossesOf(first, [last.value])[0] as number }];
    })
    .sort((a, b) => b.budget - a.budget || a.loss - b.loss || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
}
