import type { Rng } from '@distiller/core';

/** Whose every batch of a training is. */
export interface SampledTasks {
  /** Task of each batch. */
  readonly tasks: Uint16Array;
  /** Number of each batch among those of its task: 0, 1, 2, … */
  readonly places: Uint32Array;
  /** Batches of each task. */
  readonly counts: readonly number[];
}

/**
 * Probabilities of tasks: p_t = n_t^τ / Σ_u n_u^τ. τ = 1 takes texts as they come, τ = 0 takes tasks alike.
 *
 * @param sizes n_t ≥ 1, training texts of each task.
 * @param exponent τ in [0, 1].
 * @see Stickland & Murray, "BERT and PALs", 2019, arXiv:1902.02671 (square-root sampling, τ = 0.5)
 * @see Yang et al., "TextBrewer", 2020, arXiv:2002.12620, whose MultiTaskDistiller samples so, by numbers of batches and
 *   with τ = 1 unless told otherwise
 */
export function taskShares(sizes: readonly number[], exponent: number): readonly number[] {
  const powers = sizes.map((size) => size ** exponent);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Draws a task for every batch. Batch i has the i-th number of the stream, so that it does not depend on how many follow, and a
 * resumed training finds the same.
 */
export function sampleTasks(shares: readonly number[], batches: number, rng: Rng): SampledTasks {
  const tasks = new Uint16Array(batches);
  const places = new Uint32Array(batches);
  const counts = shares.map(() => 0);
  for (let i = 0; i < batches; i++) {
    const task = drawn(shares, rng.uniform());
    tasks[i] = task;
    places[i] = counts[task] as number;
    counts[task] = (counts[task] as number) + 1;
  }
  return { tasks, places, counts };
}

/** The share in which u falls, 0 ≤ u < 1. */
function drawn(shares: readonly number[], u: number): number {
  let sum = 0;
  const found = shares.findIndex((share) => u < (sum += share));
  return found < 0 ? shares.length - 1 : found; // the shares may add up to a little less than 1
}
