import type { Predictions } from './predictions.js';

/**
 * F1 of class 1 of two: 2·TP / (2·TP + FP + FN), in [0, 1]; 0 when class 1 neither occurs nor is predicted.
 */
export function f1(predictions: Predictions): number {
  return f1OfClass(predictions, 1) ?? 0;
}

/** Unweighted mean of the F1 of every class that occurs or is predicted, in [0, 1]. */
export function f1Macro(predictions: Predictions): number {
  const present = new Set([...predictions.labels, ...predictions.classes]);
  let sum = 0;
  for (const label of present) sum += f1OfClass(predictions, label) ?? 0;
  return sum / present.size;
}

/** Undefined when the class neither occurs nor is predicted. */
function f1OfClass({ classes, labels }: Predictions, label: number): number | undefined {
  let hits = 0;
  let mentions = 0; // 2·TP + FP + FN
  classes.forEach((predicted, i) => {
    const isPredicted = predicted === label;
    const isTrue = labels[i] === label;
    if (isPredicted && isTrue) hits++;
    mentions += Number(isPredicted) + Number(isTrue);
  });
  return mentions === 0 ? undefined : (2 * hits) / mentions;
}
