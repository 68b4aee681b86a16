import type { Prediction } from '@distiller/pipeline';

/**
 * `label⇥probability⇥text`; `value⇥text` for a regression, `label,label⇥text` for any number of labels, `tag tag tag⇥text` for
 * words, `answer⇥probability⇥question⇥context` for spans.
 */
export function predictionLine(prediction: Prediction): string {
  const { texts, label, probabilities, labels, words, answer } = prediction;
  const probability = answer ? answer.probability : (probabilities?.[label] ?? NaN);
  const fields =
    typeof label === 'number'
      ? [label.toFixed(4)]
      : labels || words
        ? [label]
        : [label, probability.toFixed(4)];
  return [...fields, ...texts].join('\t');
}
