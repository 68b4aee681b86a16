import { defineComponent, DistillerError, type Objective, type Task } from '@distiller/core';
import { weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { oneHot } from './one-hot.js';

const settings = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('ε: share of the label that is spread evenly over all classes.'),
});

export type HardLabelOptions = z.output<typeof settings>;

/**
 * Loss against the labels of the data: cross-entropy for class ids, squared error for values, binary cross-entropy for
 * a 0 or 1 for every class,
 *
 *     int32 [B]:        −1/B · Σ_b Σ_c t_bc · log softmax(z_b)_c,   t_bc = (1 − ε)·[c = y_b] + ε/C          [nats]
 *     float32 [B]:       1/B · Σ_b (z_b − y_b)²                                           [squared label units]
 *     float32 [B, C]:   −1/(B·C) · Σ_bc [ t·log σ(z) + (1 − t)·log σ(−z) ],   t = (1 − ε)·y + ε/2          [nats]
 *
 * Without smoothing, columns of padding (−10⁴) add nothing; with it they would, so that it is refused for spans.
 *
 * @param student logits z, [B, C], float32; C = 1 for values.
 * @param labels y: int32 class ids in 0 … C − 1, [B]; float32 values, [B]; or float32 0 or 1, [B, C].
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0, a mean over the batch; the caller disposes of it.
 * @throws DistillerError `shape` when there is not one label (or row of labels) for each row, or C ≠ 1 for values.
 * @see smoothing: Szegedy et al., "Rethinking the Inception Architecture", 2016, §7, arXiv:1512.00567
 */
export function hardLabel(
  student: tf.Tensor2D,
  labels: tf.Tensor1D | tf.Tensor2D,
  weights?: tf.Tensor1D,
  { labelSmoothing }: HardLabelOptions = { labelSmoothing: 0 },
): tf.Scalar {
  assertLabelsFit(student, labels);
  return tf.tidy(() => weightedMean(perRow(student, labels, labelSmoothing), weights));
}

function assertLabelsFit({ shape }: tf.Tensor2D, labels: tf.Tensor): void {
  const [rows, classes] = shape;
  const expected = labels.rank === 2 ? [rows, classes] : [rows];
  const type = labels.rank === 2 ? 'float32' : labels.dtype;
  const columns = labels.rank === 1 && labels.dtype === 'float32' ? 1 : classes;
  if (labels.dtype === type && labels.shape.join() === expected.join() && classes === columns)
    return;
  throw new DistillerError(
    'shape',
    `hardLabel: student is [${shape.join(', ')}] but labels are ${labels.dtype} [${labels.shape.join(', ')}]; ` +
      'class ids need one int32 label a row, values one float32 label a row of one column, multi-label tasks a float32 label for every logit.',
  );
}

/** One number a row, [B]. */
function perRow(student: tf.Tensor2D, labels: tf.Tensor, smoothing: number): tf.Tensor {
  const [rows, classes] = student.shape;
  if (labels.rank === 2) return binaryCrossEntropy(student, smooth(labels, smoothing, 2));
  if (labels.dtype === 'float32') return tf.square(tf.sub(tf.reshape(student, [rows]), labels));
  const target = smooth(oneHot(labels as tf.Tensor1D, classes), smoothing, classes); // [B, C]
  return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(student)), -1));
}

function smooth(target: tf.Tensor, smoothing: number, choices: number): tf.Tensor {
  return smoothing === 0 ? target : tf.add(tf.mul(target, 1 - smoothing), smoothing / choices);
}

/** What smoothing makes no sense for. */
function refuseSmoothing({ kind }: Pick<Task, 'kind'>): string | undefined {
  if (kind === 'span')
    return 'labelSmoothing would spread the label over padding too; leave it out';
  if (kind === 'regression') return 'labelSmoothing spreads a label over classes; leave it out';
  return undefined;
}

export const hardLabelComponent = defineComponent({
  kind: 'objective',
  name: 'hard-label',
  summary:
    'Cross-entropy with the labels of the data; squared error for regression, binary cross-entropy for multi-label tasks.',
  source: 'smoothing: Szegedy et al. 2016, §7, arXiv:1512.00567',
  settings,
  needs: {},
  create: (options): Objective => ({
    reads: ['labels'],
    refuses: (task) => (options.labelSmoothing > 0 ? refuseSmoothing(task) : undefined),
    loss: ({ student, labels, weights }) =>
      hardLabel(student, labels as tf.Tensor1D | tf.Tensor2D, weights, options),
  }),
});
