import { defineComponent } from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CRITIC } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { nwj } from './nwj.js';
import { assertScores, diagonal, meanOffDiagonal, noInformation } from './scores.js';

/**
 * f-GAN's bound on the Jensen–Shannon divergence of the pairs from independent pairs, up to constants,
 *
 *     −mean_i softplus(−F_ii) − mean_{i≠j} softplus(F_ij)
 *
 * Never above 0; its gradients are bounded and its best critic is the log density ratio.
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Nowozin et al., "f-GAN", 2016, §2.4, arXiv:1606.00709
 */
export function jensenShannonBound(scores: tf.Tensor2D): tf.Scalar {
  const size = assertScores('jensenShannonBound', scores);
  return tf.tidy(() => {
    if (size < 2) return noInformation(scores);
    const joint = tf.mean(tf.softplus(tf.neg(diagonal(scores))));
    return tf.neg(tf.add(joint, meanOffDiagonal(tf.softplus(scores)))) as tf.Scalar;
  });
}

/**
 * Mutual information by a critic that is trained on the Jensen–Shannon divergence: the gradient is that of
 * `jensenShannonBound`, the value is that of `nwj`, a bound in nats. For the critic that `jensenShannonBound` likes best, the log
 * density ratio, it is e⁻¹ below the information, since NWJ is best with 1 more.
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @returns scalar; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Poole et al., "On Variational Bounds of Mutual Information", 2019, §3, arXiv:1905.06922
 */
export function jensenShannonInformation(scores: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const divergence = jensenShannonBound(scores);
    const gap = tf.sub(detach(nwj(scores)), detach(divergence));
    return tf.add(divergence, gap) as tf.Scalar;
  });
}

export const jensenShannonMiComponent = defineComponent({
  kind: 'intermediate',
  name: 'jensen-shannon-mi',
  summary:
    "Mutual information with the teacher's hidden states, trained on the Jensen–Shannon divergence.",
  source: 'Poole et al. 2019, §3, arXiv:1905.06922',
  settings: z.strictObject({ critic: CRITIC }),
  needs: {},
  create: ({ critic }) =>
    mutualInformation({ critic, readsBaseline: false, bound: jensenShannonInformation }),
});
