import type { Predictions } from './predictions.js';

/**
 * Matthews correlation, for any number of classes K:
 *
 *     (c·s − Σₖ pₖ·tₖ) / √((s² − Σₖ pₖ²)·(s² − Σₖ tₖ²))
 *
 * with s examples, c right ones, pₖ predictions and tₖ labels of class k. In [−1, 1]; 0 when only one class is
 * predicted or occurs.
 *
 * @see Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004
 */
export function matthews({ classes, labels }: Predictions): number {
  const predicted = new Map<number, number>();
  const actual = new Map<number, number>();
  let right = 0;
  classes.forEach((label, i) => {
    const truth = labels[i] as number;
    if (label === truth) right++;
    predicted.set(label, (predicted.get(label) ?? 0) + 1);
    actual.set(truth, (actual.get(truth) ?? 0) + 1);
  });
  const total = classes.length;
  const dot = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>) =>
    [...a].reduce((sum, [label, count]) => sum + count * (b.get(label) ?? 0), 0);
  const spread = (total ** 2 - dot(predicted, predicted)) * (total ** 2 - dot(actual, actual));
  return spread === 0 ? 0 : (right * total - dot(predicted, actual)) / Math.sqrt(spread);
}
