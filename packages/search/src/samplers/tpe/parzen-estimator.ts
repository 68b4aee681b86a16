import type { Rng } from '@distiller/core';
import type { SearchParameter } from '../../space.js';
import { kernelsOf } from './kernel-density.js';

/** How many of the newest observations count fully. */
const RECENT = 25;

/** A density over the values of several parameters together: a mixture of products of kernels, one product an observation. */
export interface ParzenEstimator {
  /** @param point places in [0, 1], one a parameter. */
  logDensity(point: readonly number[]): number;
  draw(rng: Rng): number[];
}

/**
 * Estimates a density from observations, oldest first. The kernels' weights: 1 for the newest 25, falling in equal steps to 1/n for
 * older ones, and `priorWeight` for the prior, normalised.
 *
 * @param observations places in [0, 1], [n][parameters].
 * @see Watanabe, "Tree-Structured Parzen Estimator", 2023, §3.2–3.3, arXiv:2304.11127
 */
export function parzenEstimator(
  parameters: readonly SearchParameter[],
  observations: readonly (readonly number[])[],
  priorWeight: number,
): ParzenEstimator {
  const raw = [...recencyWeights(observations.length), observations.length > 0 ? priorWeight : 1];
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const kernels = parameters.map((parameter, i) =>
    kernelsOf(
      parameter,
      observations.map((point) => point[i] as number),
      priorWeight,
    ),
  );
  return {
    logDensity(point) {
      const sums = Float64Array.from(weights, Math.log);
      kernels.forEach((kernel, i) => kernel.addLogs(point[i] as number, sums));
      const largest = sums.reduce((a, b) => Math.max(a, b), -Infinity);
      return largest + Math.log(sums.reduce((sum, log) => sum + Math.exp(log - largest), 0));
    },
    draw(rng) {
      const kernel = drawIndex(weights, rng);
      return kernels.map((one) => one.draw(kernel, rng));
    },
  };
}

/** Weights of n observations, oldest first. */
function recencyWeights(n: number): number[] {
  const older = n - RECENT;
  return Array.from({ length: n }, (_, i) => {
    if (i >= older) return 1;
    return older === 1 ? 1 / n : 1 / n + (i / (older - 1)) * (1 - 1 / n);
  });
}

function drawIndex(weights: readonly number[], rng: Rng): number {
  let rest = rng.uniform();
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i] as number;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}
