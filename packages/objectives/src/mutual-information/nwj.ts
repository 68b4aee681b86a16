import { defineComponent } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { assertScores } from './scores.js';
import { tuba } from './tuba.js';

/**
 * Lower bound on mutual information of Nguyen, Wainwright and Jordan (f-GAN's of the Kullback–Leibler divergence, MINE-f):
 * TUBA with the baseline e, b ≡ 1,
 *
 *     mean_i F_ii − mean_{i≠j} exp(F_ij − 1)
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Nguyen et al., "Estimating Divergence Functionals and the Likelihood Ratio by Convex Risk Minimization", 2010, §II,
 *   arXiv:0809.0853
 */
export function nwj(scores: tf.Tensor2D): tf.Scalar {
  const size = assertScores('nwj', scores);
  return tf.tidy(() => tuba(scores, tf.ones([size])));
}

export const nwjComponent = defineComponent({
  kind: 'intermediate',
  name: 'nwj',
  summary: "Mutual information with the teacher's hidden states, by the bound of Nguyen et al.",
  source: 'Nguyen et al. 2010, §II, arXiv:0809.0853',
  settings: z.strictObject({ critic: CRITIC }),
  needs: {},
  create: ({ critic }) => mutualInformation({ critic, readsBaseline: false, bound: nwj }),
});
