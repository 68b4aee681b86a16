import type { Predictions } from './predictions.js';

/**
 * Area under the ROC curve for two classes: the probability that a random example of class 1 gets a larger value
 * than one of class 0, ties counted half. In [0, 1]; 0.5 when only one class occurs.
 */
export function auc({ values, labels }: Predictions): number {
  const order = Array.from(values, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  let negatives = 0; // with a smaller value than the present group of ties
  let wins = 0;
  let positivesInAll = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let positives = 0;
    const value = values[order[start] as number];
    while (end < order.length && values[order[end] as number] === value) {
      if (labels[order[end] as number] === 1) positives++;
      end++;
    }
    const ties = end - start - positives;
    wins += positives * (negatives + ties / 2);
    negatives += ties;
    positivesInAll += positives;
    start = end;
  }
  return positivesInAll === 0 || negatives === 0 ? 0.5 : wins / (positivesInAll * negatives);
}
