import type { Prediction } from '@distiller/pipeline';

/**
 * `label⇥probability⇥text`; `value⇥text` for a regression, `label,label⇥text` for any number of labels, `tag tag tag⇥text` for
 * words, `answer⇥probability⇥question⇥context` for spans, `word probability, word probability; …⇥text` for masks.
 */
export function predictionLine(prediction: Prediction): string {
  const { texts, label, probabilities, labels, words, answer, masks } = prediction;
  if (masks) return [masks.map(wordsBehind).join('; '), ...texts].join('\t');
  const probability = answer ? answer.probability : (probabilities?.[label] ?? NaN);
  const fields =
    typeof label === 'number'
      ? [label.toFixed(4)]
      : labels || words
        ? [label]
        : [label, probability.toFixed(4)];
  return [...fields, ...texts].join('\t');
}

function wordsBehind(mask: NonNullable<Prediction['masks']>[number]): string {
  return mask.map(({ token, probability }) => `${token} ${probability.toFixed(4)}`).join(', ');
}
