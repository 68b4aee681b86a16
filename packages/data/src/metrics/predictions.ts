import { DistillerError } from '@distiller/core';

/** What a model said about N examples, and the truth. */
export interface Predictions {
  /** Class ids, or values for regression, [N]. */
  readonly labels: Float32Array;
  /** The class with the largest logit, the first among equals; 0 for regression. [N] */
  readonly classes: Int32Array;
  /** Predicted values for regression; for two classes log p₁/p₀, which ranks examples. [N] */
  readonly values: Float64Array;
}

/**
 * @param logits row-major [N, outputs].
 * @param labels [N]
 * @throws DistillerError `shape` when the sizes don't agree, `input` when there is nothing to score, `numeric`
 *   when a logit is not finite.
 */
export function readPredictions(
  logits: Float32Array,
  labels: Float32Array,
  outputs: number,
): Predictions {
  const count = labels.length;
  if (logits.length !== count * outputs) {
    throw new DistillerError(
      'shape',
      `There are ${logits.length} logits for ${count} labels; expected ${count * outputs}, ${outputs} for each label.`,
    );
  }
  if (count === 0) {
    throw new DistillerError('input', 'There are no predictions to score; the split is empty.');
  }
  const bad = logits.findIndex((logit) => !Number.isFinite(logit));
  if (bad >= 0) {
    throw new DistillerError(
      'numeric',
      `The model's answer to example ${Math.floor(bad / outputs)} is ${logits[bad]}; its weights have become unusable. ` +
        'Train again with a lower learning rate or with gradient clipping.',
    );
  }
  const classes = new Int32Array(count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * outputs, (i + 1) * outputs);
    const first = row[0] as number;
    values[i] = outputs === 1 ? first : (row[1] as number) - first;
    for (let c = 1; c < outputs; c++) {
      if ((row[c] as number) > (row[classes[i] as number] as number)) classes[i] = c;
    }
  }
  return { labels, classes, values };
}
