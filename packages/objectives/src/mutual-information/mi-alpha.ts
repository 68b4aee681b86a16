import { defineComponent, DistillerError } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { leaveOneOut } from './leave-one-out.js';
import { mutualInformation } from './mutual-information.js';
import {
  assertScores,
  diagonal,
  logAddExp,
  logMeanExpOffDiagonal,
  meanOffDiagonal,
  noInformation,
} from './scores.js';

/** The two expectations of the bound: I_α = 1 + joint − marginal. */
export interface InterpolatedTerms {
  readonly joint: tf.Scalar;
  /** 1 at α = 1, whatever the scores are. */
  readonly marginal: tf.Scalar;
}

/**
 * Lower bound I_α on the mutual information of two representations, between a bound of much variance and no bias
 * (α = 0, TUBA) and one of little variance that can't exceed log(K−1) (α = 1, InfoNCE without the pair itself):
 *
 *     B_ij = log( α · mean_{l≠j} exp(F_il) + (1−α) · exp(b_i) )
 *     I_α  = 1 + mean_{i≠j} (F_ii − B_ij) − mean_{i≠j} exp(F_ij − B_ii)
 *
 * Column j stands for the sample that the anchor did not come with, so it is left out of its own normaliser.
 *
 * @param scores F_ij = f(x_j, y_i), [K, K]: a row for each anchor of the teacher, a column for each candidate of the student.
 * @param baseline b, [K]: log of the learned baseline q(y_i); not read at α = 1.
 * @param alpha in [0, 1].
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @throws DistillerError `shape` when the operands do not fit together.
 * @see Poole et al., "On Variational Bounds of Mutual Information", 2019, §2.4, arXiv:1905.06922
 */
export function interpolatedBound(
  scores: tf.Tensor2D,
  baseline: tf.Tensor1D | undefined,
  alpha: number,
): tf.Scalar {
  const size = assertScores('interpolatedBound', scores, baseline);
  return tf.tidy(() => {
    if (size < 2) return noInformation(scores);
    const { joint, marginal } = interpolatedTerms(scores, baseline, alpha);
    return tf.sub(tf.add(joint, 1), marginal) as tf.Scalar;
  });
}

/** The terms of `interpolatedBound`, for K ≥ 2; call it inside `tf.tidy`. */
export function interpolatedTerms(
  scores: tf.Tensor2D,
  baseline: tf.Tensor1D | undefined,
  alpha: number,
): InterpolatedTerms {
  const normaliser = logNormaliser(scores, baseline, alpha);
  return {
    joint: meanOffDiagonal(tf.sub(diagonal(scores), normaliser) as tf.Tensor2D),
    marginal: tf.exp(
      logMeanExpOffDiagonal(tf.sub(scores, diagonal(normaliser)) as tf.Tensor2D),
    ) as tf.Scalar,
  };
}

/** B, [K, K]. */
function logNormaliser(
  scores: tf.Tensor2D,
  baseline: tf.Tensor1D | undefined,
  alpha: number,
): tf.Tensor2D {
  if (alpha === 1) return leaveOneOut(scores);
  if (!baseline) {
    throw new DistillerError(
      'config',
      `interpolatedBound: alpha is ${alpha} but there is no baseline; give one, [K], or choose alpha 1.`,
    );
  }
  const learned = tf.reshape(baseline, [-1, 1]); // [K, 1]
  if (alpha === 0) return tf.broadcastTo(learned, scores.shape) as tf.Tensor2D;
  return logAddExp(
    tf.add(leaveOneOut(scores), Math.log(alpha)),
    tf.add(learned, Math.log1p(-alpha)),
  ) as tf.Tensor2D;
}

export const miAlphaComponent = defineComponent({
  kind: 'intermediate',
  name: 'mi-alpha',
  summary: "Mutual information with the teacher's hidden states, by the interpolated bound.",
  source: 'Poole et al. 2019, §2.4, arXiv:1905.06922',
  settings: z.strictObject({
    alpha: z
      .number()
      .min(0)
      .max(1)
      .default(0.9)
      .describe('0: no bias, much variance (TUBA); 1: little variance, at most log(K−1) (InfoNCE)'),
    critic: CRITIC,
  }),
  needs: {},
  create: ({ alpha, critic }) =>
    mutualInformation({
      critic,
      readsBaseline: alpha < 1,
      bound: (scores, baseline) => interpolatedBound(scores, baseline, alpha),
    }),
});
