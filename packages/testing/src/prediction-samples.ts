import * as tf from '@tensorflow/tfjs';
import type { Task } from '@distiller/core';
import type { Sample } from './loss-assertions.js';

/** Logits of padding positions in the rows of spans, beside what the model says there. */
const MASKED = -1e4;

/** Rows of logits with their labels. */
export interface PredictionSample {
  readonly student: Sample;
  readonly teacher: Sample;
  /** [N], or [N, C] for multi-label tasks. */
  readonly labels: Sample;
  readonly labelType: 'int32' | 'float32';
}

/** Four rows as a task of a kind has them. */
export function sampleOf(kind: Task['kind']): PredictionSample {
  switch (kind) {
    case 'regression':
      return {
        student: sample([4, 1], [0.3, -1.2, 0.8, 1.5]),
        teacher: sample([4, 1], [1.1, -0.5, 0.4, 0.2]),
        labels: sample([4], [0.5, -1, 1.25, 2]),
        labelType: 'float32',
      };
    case 'multi-label':
      return {
        ...classes(),
        labels: sample([4, 3], [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0]),
        labelType: 'float32',
      };
    case 'span':
      return withPadding(classes(), 2);
    default:
      return classes();
  }
}

function classes(): PredictionSample {
  return {
    student: sample([4, 3], [0.3, -1.2, 0.8, 1.5, 0.1, -0.4, -0.7, 0.9, 0.2, 2.1, -0.3, 0.6]),
    teacher: sample([4, 3], [1.1, -0.5, 0.4, 0.2, 1.3, -0.8, -1.6, 0.7, 0.5, 1.9, 0.3, -0.2]),
    labels: sample([4], [2, 0, 1, 0]),
    labelType: 'int32',
  };
}

/** The same rows with more columns of about −10⁴, as positions of padding have in the rows of spans. */
export function withPadding(rows: PredictionSample, columns: number): PredictionSample {
  const pad = ({ shape: [count = 0, width = 0], values }: Sample, logit: number) => {
    const added = Array.from({ length: columns }, (_, column) => MASKED + logit * (column + 1));
    const padded = Array.from({ length: count }, (_, row) => [
      ...values.subarray(row * width, (row + 1) * width),
      ...added,
    ]);
    return sample([count, width + columns], padded.flat());
  };
  return { ...rows, student: pad(rows.student, 0.75), teacher: pad(rows.teacher, -1.5) };
}

export function takeRows(
  { student, teacher, labels, labelType }: PredictionSample,
  rows: readonly number[],
): PredictionSample {
  const take = ({ shape: [, ...rest], values }: Sample): Sample => {
    const columns = rest[0] ?? 1;
    const taken = rows.flatMap((r) => [...values.subarray(r * columns, (r + 1) * columns)]);
    return sample([rows.length, ...rest], taken);
  };
  return { student: take(student), teacher: take(teacher), labels: take(labels), labelType };
}

export function labelsOf({ labels, labelType }: PredictionSample): tf.Tensor {
  return tf.tensor(labels.values, [...labels.shape], labelType);
}

function sample(shape: number[], values: number[]): Sample {
  return { shape, values: Float32Array.from(values) };
}
