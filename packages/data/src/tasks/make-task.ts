import { DistillerError, didYouMean, type Example, type Split, type Task } from '@distiller/core';
import { metricNames, scorePredictions } from '../metrics/score-predictions.js';

export interface TaskParts {
  readonly name: string;
  readonly kind: Task['kind'];
  readonly arity: 1 | 2;
  /** Class names in id order; empty for regression. */
  readonly labels: readonly string[];
  /** The splits there are. */
  readonly read: Readonly<Partial<Record<Split, () => AsyncIterable<Example>>>>;
  /** Name of the metric that selects. Default accuracy, or `pearson-spearman` for regression. */
  readonly selects?: string | undefined;
}

const ORDER: readonly Split[] = ['train', 'validation', 'test', 'transfer'];

/**
 * A task from its data: metrics, activation and the number of logits follow from the kind and the labels.
 *
 * @throws DistillerError `config` when the metric that selects is none of the task's.
 */
export function makeTask({ name, kind, arity, labels, read, selects }: TaskParts): Task {
  const isRegression = kind === 'regression';
  const outputs = isRegression ? 1 : labels.length;
  const metrics = metricNames(kind, outputs);
  const selecting = selects ?? (isRegression ? 'pearson-spearman' : 'accuracy');
  if (!metrics.includes(selecting)) {
    throw new DistillerError(
      'config',
      `Task ${name} can't be judged by "${selecting}". ${didYouMean(selecting, metrics)}`,
    );
  }
  const splits = ORDER.filter((split) => read[split] !== undefined);
  return {
    name,
    kind,
    arity,
    labels,
    activation: isRegression ? 'identity' : 'softmax',
    outputs,
    splits,
    read(split) {
      const open = read[split];
      if (open === undefined) {
        throw new DistillerError(
          'config',
          `Task ${name} has no ${split} split. It has: ${splits.join(', ')}.`,
        );
      }
      return open();
    },
    metrics,
    selects: selecting,
    score: (logits, truth) => scorePredictions(kind, outputs, logits, truth),
  };
}
