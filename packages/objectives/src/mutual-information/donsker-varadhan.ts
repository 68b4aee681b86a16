import { defineComponent } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { assertScores, diagonal, logMeanExpOffDiagonal, noInformation } from './scores.js';

/**
 * Donsker and Varadhan's bound on mutual information, with the batch's mean for the expectation,
 *
 *     mean_i F_ii − log mean_{i≠j} exp(F_ij)
 *
 * The logarithm of a mean over few samples is biased, so that the value is an estimate, not a bound, when K is small.
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Belghazi et al., "Mutual Information Neural Estimation", 2018, §3, arXiv:1801.04062
 */
export function donskerVaradhan(scores: tf.Tensor2D): tf.Scalar {
  const size = assertScores('donskerVaradhan', scores);
  return tf.tidy(() =>
    size < 2
      ? noInformation(scores)
      : (tf.sub(tf.mean(diagonal(scores)), logMeanExpOffDiagonal(scores)) as tf.Scalar),
  );
}

export const donskerVaradhanComponent = defineComponent({
  kind: 'intermediate',
  name: 'donsker-varadhan',
  summary: "Mutual information with the teacher's hidden states, as MINE estimates it.",
  source: 'Belghazi et al. 2018, §3, arXiv:1801.04062',
  settings: z.strictObject({ critic: CRITIC }),
  needs: {},
  create: ({ critic }) =>
    mutualInformation({ critic, readsBaseline: false, bound: donskerVaradhan }),
});
