import {
  DistillerError,
  didYouMean,
  type Activation,
  type Example,
  type Split,
  type Task,
  type TaskKind,
  type WindowOptions,
} from '@distiller/core';
import { evaluationOf, metricsOfTask } from '../evaluation/evaluations.js';

export interface TaskParts {
  readonly name: string;
  readonly kind: Task['kind'];
  readonly arity: 1 | 2;
  /** Class names in id order; empty for regression and spans. */
  readonly labels: readonly string[];
  /** The splits there are. */
  readonly read: Readonly<Partial<Record<Split, () => AsyncIterable<Example>>>>;
  /**
   * Name of the metric that selects. Default accuracy; `pearson-spearman` for regression, `f1-micro` for multi-label, `f1` for
   * token classification and spans.
   */
  readonly selects?: string | undefined;
  /** For spans. */
  readonly windows?: Partial<WindowOptions> | undefined;
  /** For spans where a question may have no answer: how much its score must exceed the best answer's. */
  readonly nullThreshold?: number | undefined;
}

const ACTIVATIONS: Readonly<Record<TaskKind, Activation>> = {
  classification: 'softmax',
  regression: 'identity',
  'multi-label': 'sigmoid',
  'token-classification': 'token',
  span: 'span',
  'masked-lm': 'softmax',
};

/** Logits that don't stand for classes. */
const OUTPUTS: Partial<Record<TaskKind, number>> = { regression: 1, span: 2 };

const ORDER: readonly Split[] = ['train', 'validation', 'test', 'transfer'];

/**
 * A task from its data: metrics, activation and the number of logits follow from the kind and the labels.
 *
 * @throws DistillerError `config` when the metric that selects is none of the task's.
 */
export function makeTask(parts: TaskParts): Task {
  const { name, kind, arity, labels, read, selects, windows, nullThreshold } = parts;
  const outputs = OUTPUTS[kind] ?? labels.length;
  const metrics = metricsOfTask({ kind, outputs });
  const selecting =
    selects ?? (kind === 'regression' ? 'pearson-spearman' : (metrics[0] as string));
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
    activation: ACTIVATIONS[kind],
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
    evaluation: () => evaluationOf({ name, kind, labels, outputs, nullThreshold }),
    ...(windows && { windows }),
  };
}
