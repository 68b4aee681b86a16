import type { Predictions } from './predictions.js';

/** Share of examples whose most likely class is the right one, in [0, 1]. */
export function accuracy({ classes, labels }: Predictions): number {
  let right = 0;
  classes.forEach((predicted, i) => {
    if (predicted === labels[i]) right++;
  });
  return right / classes.length;
}
