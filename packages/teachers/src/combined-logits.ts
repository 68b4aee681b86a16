import { DistillerError, type HostTensor } from '@distiller/core';

/** What is averaged over models. */
export type Combination = 'logits' | 'probabilities';

/**
 * The weighted mean of several models' logits z_k, with weights w that sum to 1:
 *
 *     logits:         z = Σ_k w_k z_k
 *     probabilities:  z = log Σ_k w_k softmax(z_k), whose softmax is the mean of the probabilities
 *
 * @param answers float32 of one shape, [..., C].
 * @throws DistillerError `shape` when their shapes differ.
 * @see Hinton et al., "Distilling the Knowledge in a Neural Network", 2015, §1, arXiv:1503.02531
 */
export function combinedLogits(
  answers: readonly HostTensor[],
  weights: readonly number[],
  combine: Combination,
): HostTensor {
  const [first] = answers as [HostTensor];
  const other = answers.find(({ shape }) => String(shape) !== String(first.shape));
  if (other) {
    throw new DistillerError(
      'shape',
      `teacher ensemble: one model gives logits [${first.shape.join(', ')}], another [${other.shape.join(', ')}]. Predictions for tokens can be combined only of models with one tokenizer.`,
    );
  }
  const width = first.shape.at(-1) ?? 1;
  const rows = answers.map(({ data }) =>
    combine === 'logits' ? data : logProbabilities(data, width),
  );
  const data = first.data.map((_, i) => {
    const values = rows.map((row) => row[i] as number);
    return combine === 'logits' ? mean(values, weights) : logMeanExp(values, weights);
  }) as Float32Array;
  return { ...first, data };
}

function mean(values: readonly number[], weights: readonly number[]): number {
  return values.reduce((sum, value, k) => sum + value * (weights[k] as number), 0);
}

/** log Σ w exp(x), without overflow. */
function logMeanExp(values: readonly number[], weights: readonly number[]): number {
  const highest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - highest));
  return highest + Math.log(mean(powers, weights));
}

/** log softmax of each row of `width` logits. */
function logProbabilities(data: HostTensor['data'], width: number): Float64Array {
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    const row = Array.from(data.subarray(start, start + width));
    const total = logMeanExp(
      row,
      row.map(() => 1),
    );
    row.forEach((value, c) => (result[start + c] = value - total));
  }
  return result;
}
