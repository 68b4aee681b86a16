import { DistillerError } from '@distiller/core';
import type { StudyObjective } from '../trial.js';
import { lossesOf } from './losses.js';

/**
 * The volume of what a set of points dominates, as far as a reference point: larger is better. Points that are not better than the
 * reference in every objective add nothing. Exact, by slices along the last objective; with more than two objectives the work
 * grows as n to the power of their number.
 *
 * @param points values of the objectives, [n][objectives].
 * @param reference a value of each objective, worse than all that count.
 * @throws DistillerError `config` when the numbers of objectives differ.
 * @see Zitzler and Thiele, "Multiobjective Evolutionary Algorithms", 1999, §4.1
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  objectives: readonly StudyObjective[],
  reference: readonly number[],
): number {
  const wrong = [reference, ...points].find(({ length }) => length !== objectives.length);
  if (wrong || objectives.length === 0) {
    throw new DistillerError(
      'config',
      `hypervolume: there are ${objectives.length} objectives but a point or the reference has ${wrong?.length ?? 0} values; ` +
        'expected one for each objective.',
    );
  }
  const limit = lossesOf(objectives, reference);
  const gains = points
    .map((point) => lossesOf(objectives, point).map((loss, i) => (limit[i] as number) - loss))
    .filter((gain) => gain.every((share) => share > 0));
  return volumeOf(gains);
}

/** Volume of the union of the boxes between 0 and each corner. */
function volumeOf(corners: readonly (readonly number[])[]): number {
  if (corners.length === 0) return 0;
  const last = (corners[0] as readonly number[]).length - 1;
  const height = (corner: readonly number[]) => corner[last] as number;
  if (last === 0) return Math.max(...corners.map(height));
  const fromTop = [...corners].sort((a, b) => height(b) - height(a));
  let volume = 0;
  fromTop.forEach((corner, i) => {
    const below = fromTop[i + 1];
    const thickness = height(corner) - (below ? height(below) : 0);
    if (thickness > 0)
      volume += thickness * volumeOf(fromTop.slice(0, i + 1).map((c) => c.slice(0, last)));
  });
  return volume;
}
