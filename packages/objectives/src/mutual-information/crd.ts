import { defineComponent } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { POOLS, TOKENS_PER_TEXT } from './critic-settings.js';
import { mutualInformation } from './mutual-information.js';
import { assertScores, diagonal, meanOffDiagonal, noInformation } from './scores.js';

/**
 * Contrastive representation distillation. With h(F) = eᶠ / (eᶠ + N/M), the probability that a pair belongs together,
 *
 *     −mean_i log h(F_ii) − N · mean_{i≠j} log(1 − h(F_ij)),   N = K − 1
 *
 * The paper draws N = 16384 negatives from a memory of all M training examples. Here the negatives of a text are the other
 * texts of its batch; M = 1 makes eᶠ the density ratio itself, as the paper's own normalisation of the scores does.
 *
 * @param scores F_ij = f(x_j, y_i), [K, K].
 * @param population M ≥ 1.
 * @returns scalar ≥ 0; 0 with a gradient of 0 when K is 1. The caller disposes of it.
 * @see Tian et al., "Contrastive Representation Distillation", 2020, §3.1, arXiv:1910.10699
 */
export function contrastiveLoss(scores: tf.Tensor2D, population: number): tf.Scalar {
  const size = assertScores('contrastiveLoss', scores);
  return tf.tidy(() => {
    if (size < 2) return noInformation(scores);
    const negatives = size - 1;
    const logOdds = tf.sub(scores, Math.log(negatives / population)) as tf.Tensor2D; // log h/(1 − h)
    const positive = tf.mean(tf.softplus(tf.neg(diagonal(logOdds))));
    const negative = meanOffDiagonal(tf.softplus(logOdds));
    return tf.add(positive, tf.mul(negative, negatives)) as tf.Scalar;
  });
}

export const crdComponent = defineComponent({
  kind: 'intermediate',
  name: 'crd',
  summary: 'Contrastive representation distillation with the other texts of the batch.',
  source: 'Tian et al. 2020, §3.1, arXiv:1910.10699',
  settings: z.strictObject({
    size: z.int().positive().max(4096).default(128).describe('width of the linear embeddings'),
    temperature: z.number().min(0.02).max(10).default(0.07),
    population: z
      .int()
      .positive()
      .default(1)
      .describe(
        'M; 1 makes the score a log density ratio, the number of training texts is the formula of the paper',
      ),
    pool: z.enum(POOLS).default('mean'),
    tokens: TOKENS_PER_TEXT,
    shared: z.boolean().default(false),
  }),
  needs: {},
  create: ({ size, population, ...rest }) =>
    mutualInformation({
      critic: { kind: 'mlp', layers: 1, hidden: size, out: size, dropout: 0, ...rest },
      readsBaseline: false,
      fixedTemperature: true,
      bound: (scores) => tf.neg(contrastiveLoss(scores, population)),
    }),
});
