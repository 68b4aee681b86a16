import { defineComponent } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { assertScores, diagonal, logMeanExpOffDiagonal, noInformation } from './scores.js';

/**
 * Lower bound on mutual information after Barber and Agakov, for a critic that need not be normalised, with a learned
 * baseline,
 *
 *     1 + mean_i (F_ii − b_i) − mean_{i≠j} exp(F_ij − b_i)
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @param baseline b, [K]: log of the learned baseline q(y_i).
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Poole et al., "On Variational Bounds of Mutual Information", 2019, §2.2, arXiv:1905.06922
 */
export function tuba(scores: tf.Tensor2D, baseline: tf.Tensor1D): tf.Scalar {
  const size = assertScores('tuba', scores, baseline);
  return tf.tidy(() => {
    if (size < 2) return noInformation(scores);
    const shifted = tf.sub(scores, tf.reshape(baseline, [-1, 1])) as tf.Tensor2D;
    const marginal = tf.exp(logMeanExpOffDiagonal(shifted));
    return tf.sub(tf.add(tf.mean(diagonal(shifted)), 1), marginal) as tf.Scalar;
  });
}

export const tubaComponent = defineComponent({
  kind: 'intermediate',
  name: 'tuba',
  summary: "Mutual information with the teacher's hidden states, by the bound TUBA.",
  source: 'Poole et al. 2019, §2.2, arXiv:1905.06922',
  settings: z.strictObject({ critic: CRITIC }),
  needs: {},
  create: ({ critic }) =>
    mutualInformation({
      critic,
      readsBaseline: true,
      bound: (scores, baseline) => tuba(scores, baseline as tf.Tensor1D),
    }),
});
