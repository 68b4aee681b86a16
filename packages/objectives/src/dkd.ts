import { defineComponent, DistillerError } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { oneHot } from './one-hot.js';
import { refuseNonSoftmax } from './refuse-non-softmax.js';
import {
  temperatureSetting,
  temperedObjective,
  timesTauSquared,
  type Temperature,
} from './temperature.js';

/** Added to the logit of the label where only the other classes are compared; below any padding. */
const EXCLUDED = -1e9;

const settings = z.strictObject({
  alpha: z.number().min(0).default(1).describe('α: weight of how sure one is of the label.'),
  beta: z
    .number()
    .min(0)
    .default(8)
    .describe('β: weight of how the other classes compare with each other.'),
  temperature: temperatureSetting.unwrap().default(4).describe('τ: divides both logits.'),
});

export interface DkdOptions {
  readonly alpha: number;
  readonly beta: number;
  readonly temperature: Temperature;
}

/**
 * Decoupled distillation: what KL(teacher ‖ student) consists of, weighted apart. With p = softmax(z/τ), y the label,
 * b = (p_y, 1 − p_y), and p̂ the softmax over the classes other than y,
 *
 *     τ²/B · Σ_b [ α · KL(b_T ‖ b_S) + β · KL(p̂_T ‖ p̂_S) ]      [nats]
 *
 * KL(p_T ‖ p_S) itself has α = 1 and β = 1 − p_T,y: where the teacher is sure, it hardly says how the other classes
 * compare. With two classes the second part is 0. Columns of padding (−10⁴ on both sides) add nothing.
 *
 * @param student logits z_S, [B, C], float32, C ≥ 2.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param labels y, int32 class ids [B].
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar ≥ 0; the caller disposes of it.
 * @throws DistillerError `shape` when the logits differ in shape, or there is not one class id for each row.
 * @see Zhao et al., "Decoupled Knowledge Distillation", 2022, §3, arXiv:2203.08679
 */
export function dkd(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  labels: tf.Tensor1D,
  { alpha, beta, temperature }: DkdOptions,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('dkd', ['student', 'teacher'], student, teacher);
  const [rows, classes] = student.shape;
  if (labels.rank !== 1 || labels.shape[0] !== rows || labels.dtype !== 'int32') {
    throw new DistillerError(
      'shape',
      `dkd: student is [${student.shape.join(', ')}] but labels are ${labels.dtype} [${labels.shape.join(', ')}]; it needs one int32 class id a row.`,
    );
  }
  return tf.tidy(() => {
    const label = oneHot(labels, classes); // [B, C]
    const ours = decoupled(tf.div(student, temperature), label);
    const theirs = decoupled(tf.div(detach(teacher), temperature), label);
    const divergence = (part: keyof Decoupled) => {
      const difference = tf.sub(theirs[part], ours[part]);
      return tf.sum(tf.mul(tf.exp(theirs[part]), difference), -1); // [B]
    };
    const perRow = tf.add(tf.mul(divergence('label'), alpha), tf.mul(divergence('others'), beta));
    return weightedMean(timesTauSquared(perRow, temperature), weights);
  });
}

/** Logarithms of the two distributions that a softmax consists of. */
interface Decoupled {
  /** log b: of the label and of all other classes together, [B, 2]. */
  readonly label: tf.Tensor;
  /** log p̂: of the other classes, [B, C]; about −10⁹ at the label. */
  readonly others: tf.Tensor;
}

function decoupled(logits: tf.Tensor, label: tf.Tensor): Decoupled {
  const logP = tf.logSoftmax(logits);
  const without = tf.add(logits, tf.mul(label, EXCLUDED));
  const logRest = tf.logSumExp(tf.add(logP, tf.mul(label, EXCLUDED)), -1, true); // [B, 1]
  const logLabel = tf.sum(tf.mul(logP, label), -1, true); // [B, 1]
  return { label: tf.concat([logLabel, logRest], -1), others: tf.logSoftmax(without) };
}

export const dkdComponent = defineComponent({
  kind: 'objective',
  name: 'dkd',
  summary: 'Decoupled distillation: the label and the other classes, weighted apart.',
  source: 'Zhao et al. 2022, §3, arXiv:2203.08679',
  settings,
  needs: {},
  create: (options) =>
    temperedObjective(options.temperature, {
      reads: ['teacher', 'labels'],
      refuses: refuseNonSoftmax,
      loss: ({ student, teacher, labels, weights }, temperature) =>
        dkd(
          student,
          teacher as tf.Tensor2D,
          labels as tf.Tensor1D,
          { ...options, temperature },
          weights,
        ),
    }),
});
