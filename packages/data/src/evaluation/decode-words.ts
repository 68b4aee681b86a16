import type { Batch, HostTensor, WordAlignment } from '@distiller/core';

/** A word's most likely class and the distribution that it comes from. */
export interface WordPrediction {
  readonly id: number;
  /** Softmax of the logits at the word's first token, [C]. */
  readonly probabilities: readonly number[];
}

/**
 * What a model says of every word of every example of a batch.
 *
 * @param logits [B, T, C].
 * @returns undefined for a word without a token.
 */
export function decodeWords(
  { examples, alignments = [] }: Pick<Batch, 'examples' | 'alignments'>,
  { data, shape }: HostTensor,
): readonly (readonly (WordPrediction | undefined)[])[] {
  const [, length = 0, classes = 0] = shape;
  return examples.map((_, row) =>
    Array.from((alignments[row] as WordAlignment).firsts, (first) => {
      if (first < 0) return undefined;
      const at = (row * length + first) * classes;
      const probabilities = softmax(Array.from(data.subarray(at, at + classes)));
      return { id: probabilities.indexOf(Math.max(...probabilities)), probabilities };
    }),
  );
}

/** exp(z_i) / Σ exp(z_j), safe for large z. */
export function softmax(logits: readonly number[]): readonly number[] {
  const highest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - highest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}
