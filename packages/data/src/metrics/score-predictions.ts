import type { Task } from '@distiller/core';
import { accuracy } from './accuracy.js';
import { auc } from './auc.js';
import { pearson, pearsonSpearman, spearman } from './correlation.js';
import { f1, f1Macro } from './f1.js';
import { matthews } from './matthews.js';
import { readPredictions, type Predictions } from './predictions.js';
import { rSquared } from './r-squared.js';

type Metric = (predictions: Predictions) => number;

const FOR_CLASSES: Readonly<Record<string, Metric>> = {
  accuracy,
  'f1-macro': f1Macro,
  matthews,
};
const FOR_TWO_CLASSES: Readonly<Record<string, Metric>> = { ...FOR_CLASSES, f1, auc };
const FOR_VALUES: Readonly<Record<string, Metric>> = {
  pearson,
  spearman,
  'pearson-spearman': pearsonSpearman,
  r2: rSquared,
};

/** Every metric that makes sense for such a task; higher is better for all. */
function metricsOf(kind: Task['kind'], outputs: number): Readonly<Record<string, Metric>> {
  if (kind === 'regression') return FOR_VALUES;
  return outputs === 2 ? FOR_TWO_CLASSES : FOR_CLASSES;
}

/** Names of the metrics that {@link scorePredictions} computes. */
export function metricNames(kind: Task['kind'], outputs: number): readonly string[] {
  return Object.keys(metricsOf(kind, outputs));
}

/**
 * Every metric that makes sense for the task, by name, as fractions (not percent).
 *
 * @param logits row-major [N, outputs].
 * @param labels class ids or values, [N].
 * @throws DistillerError as {@link readPredictions} does.
 */
export function scorePredictions(
  kind: Task['kind'],
  outputs: number,
  logits: Float32Array,
  labels: Float32Array,
): Readonly<Record<string, number>> {
  const predictions = readPredictions(logits, labels, outputs);
  return Object.fromEntries(
    Object.entries(metricsOf(kind, outputs)).map(([name, metric]) => [name, metric(predictions)]),
  );
}
