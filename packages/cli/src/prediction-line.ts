import type { Prediction } from '@distiller/pipeline';

/** `label⇥probability⇥text`, or `value⇥text` for a regression. */
export function predictionLine({ texts, label, probabilities }: Prediction): string {
  const fields =
    typeof label === 'number'
      ? [label.toFixed(4)]
      : [label, (probabilities?.[label] ?? NaN).toFixed(4)];
  return [...fields, ...texts].join('\t');
}
