import { DistillerError, type ProgramContext } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { primitive } from './primitive.js';

/** Different values of r: as many different rows does a mask have. */
const LEVELS = 256;

/**
 * Kernel `DistillerDropoutMask` ({ levels [N, 1], columns [1, D] }, { rate, count }) → float32 [N, D]:
 * 1/(1 − rate) where the fractional part of level/count + column reaches `rate`, else 0. Levels are integers
 * in [0, count), as float32.
 */
function mask(levels: tf.Tensor, columns: tf.Tensor, rate: number): tf.Tensor {
  return primitive('DistillerDropoutMask', { levels, columns }, { rate, count: LEVELS }, () => {
    const sum = tf.add(tf.mul(levels, 1 / LEVELS), columns);
    const kept = tf.greaterEqual(tf.sub(sum, tf.floor(sum)), rate);
    return tf.mul(tf.cast(kept, 'float32'), 1 / (1 - rate));
  });
}

/**
 * Dropout: each entry is set to 0 with probability `rate`, the others are divided by 1 − rate.
 * Gives back `x` itself outside training and at rate 0.
 *
 * Entry (i, j) of x seen as [N, D] is kept when frac(rᵢ + cⱼ) ≥ rate, with r and c uniform: two short random
 * vectors a site instead of N · D numbers. r is rounded down to a multiple of 1/256, so that a compiled engine
 * can look the rows of the mask up in a small table. Two entries of a row are independent, two of a column
 * as good as (their covariance is below 1/256²). Both are multiples of 2⁻¹⁶, so the sums are exact and the mask
 * is the same on every engine.
 *
 * @param x float32 [..., D], at least rank 1.
 * @param rate in [0, 1).
 * @param site names this use within the program; draws `${site}/rows` and `${site}/columns`.
 * @returns float32 [..., D].
 * @throws DistillerError `config` when the rate is outside [0, 1).
 * @see Srivastava et al., "Dropout", JMLR 15, 2014, §4
 */
export function dropout<T extends tf.Tensor>(
  x: T,
  rate: number,
  site: string,
  context: ProgramContext,
): T {
  if (!(rate >= 0 && rate < 1)) {
    throw new DistillerError(
      'config',
      `dropout: rate is ${rate} at "${site}"; it must be in [0, 1).`,
    );
  }
  if (!context.training || rate === 0) return x;
  const width = x.shape.at(-1) ?? 1;
  return tf.tidy(() => {
    const rows = context.uniform(`${site}/rows`, [x.size / width, 1]);
    const columns = context.uniform(`${site}/columns`, [1, width]);
    const levels = tf.floor(tf.mul(rows, LEVELS));
    return tf.mul(x, tf.reshape(mask(levels, columns, rate), x.shape)) as T;
  });
}
