import { defineComponent } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { assertScores, diagonal, logSumExp, noInformation } from './scores.js';

/**
 * Lower bound on mutual information that can't exceed log K: how well the student's representation of a text is found
 * among those of the batch,
 *
 *     log K + mean_i ( F_ii − log Σ_j exp(F_ij) )
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @returns scalar ≤ log K; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018, §2.3, arXiv:1807.03748
 */
export function infoNce(scores: tf.Tensor2D): tf.Scalar {
  const size = assertScores('infoNce', scores);
  return tf.tidy(() => {
    if (size < 2) return noInformation(scores);
    const logProbabilities = tf.sub(diagonal(scores), logSumExp(scores)); // [K, 1]
    return tf.add(tf.mean(logProbabilities), Math.log(size)) as tf.Scalar;
  });
}

export const infoNceComponent = defineComponent({
  kind: 'intermediate',
  name: 'info-nce',
  summary: "Mutual information with the teacher's hidden states, by the bound InfoNCE.",
  source: 'van den Oord et al. 2018, §2.3, arXiv:1807.03748',
  settings: z.strictObject({ critic: CRITIC }),
  needs: {},
  create: ({ critic }) => mutualInformation({ critic, readsBaseline: false, bound: infoNce }),
});
