import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import type { Predictions } from './predictions.js';

/** Pearson's correlation of predictions and labels, in [−1, 1]; 0 when either is constant. */
export function pearson({ values, labels }: Predictions): number {
  if (isConstant(values) || isConstant(labels)) return 0;
  return sampleCorrelation([...values], [...labels]);
}

/** Pearson's correlation of the ranks; equal values share their mean rank. 0 when either side is constant. */
export function spearman({ values, labels }: Predictions): number {
  if (isConstant(values) || isConstant(labels)) return 0;
  return sampleRankCorrelation([...values], [...labels]);
}

/** Mean of Pearson and Spearman, by which STS-B is judged. */
export function pearsonSpearman(predictions: Predictions): number {
  return (pearson(predictions) + spearman(predictions)) / 2;
}

function isConstant(values: Float32Array | Float64Array): boolean {
  return values.every((value) => value === values[0]);
}
