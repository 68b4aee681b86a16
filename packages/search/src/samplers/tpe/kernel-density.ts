import type { Rng } from '@distiller/core';
import type { SearchParameter } from '../../space.js';
import { countValues, isListed } from '../../space/parameter-values.js';
import { scaleOf } from '../../space/unit-cube.js';
import { drawTruncatedNormal, logNormalDensity, normalProbability } from './normal-distribution.js';

/** Whole numbers with more values than this are treated as if they were real. */
const MOST_CELLS = 10_000;
/** A bandwidth is never smaller than the 100th part of the range. */
const MOST_KERNELS = 100;

/**
 * Kernels over the values of one parameter, which are places in [0, 1] as `toUnit` gives them: one round every observation and
 * one, the last, that stands for the prior.
 */
export interface Kernels {
  /** Log of the density (of a real number) or probability (of anything else) of a value under each kernel, added to `sums`. */
  addLogs(unit: number, sums: Float64Array): void;
  /** A value drawn from a kernel, as a place in [0, 1]. */
  draw(kernel: number, rng: Rng): number;
}

/**
 * Kernels of one parameter.
 *
 * Categorical: the observed value has 1 + w and every other one w parts, w = prior weight / (n + 1); the prior is uniform.
 *
 * Others: a normal distribution cut off at 0 and 1, its mean the observation, its deviation the larger one of the distances to
 * the next observations on either side (to the end of the range where there is none, unless there are two or more
 * observations), at least 1/min(100, n + 2) and at most 1; the prior has mean ½ and deviation 1. Of listed values and whole
 * numbers it is the probability of their cell.
 *
 * @param observed places in [0, 1], [n].
 * @see Bergstra et al., "Algorithms for Hyper-Parameter Optimization", 2011, §4.2
 * @see Watanabe, "Tree-Structured Parzen Estimator", 2023, §3.3, arXiv:2304.11127
 */
export function kernelsOf(
  parameter: SearchParameter,
  observed: readonly number[],
  priorWeight: number,
): Kernels {
  return parameter.kind === 'categorical'
    ? categoricalKernels(parameter.values.length, observed, priorWeight)
    : normalKernels(parameter, observed);
}

function categoricalKernels(
  count: number,
  observed: readonly number[],
  priorWeight: number,
): Kernels {
  const n = observed.length;
  const indexOf = (unit: number) => Math.min(Math.floor(unit * count), count - 1);
  const indices = observed.map(indexOf);
  const other = n === 0 ? 1 : priorWeight / (n + 1);
  const total = 1 + count * other;
  const probability = (kernel: number, index: number) =>
    kernel === n ? 1 / count : (other + (indices[kernel] === index ? 1 : 0)) / total;
  return {
    addLogs(unit, sums) {
      const index = indexOf(unit);
      for (let k = 0; k <= n; k++) sums[k] = (sums[k] as number) + Math.log(probability(k, index));
    },
    draw(kernel, rng) {
      let rest = rng.uniform();
      let index = 0;
      for (; index < count - 1; index++) {
        rest -= probability(kernel, index);
        if (rest < 0) break;
      }
      return (index + 0.5) / count;
    },
  };
}

function normalKernels(parameter: SearchParameter, observed: readonly number[]): Kernels {
  const means = [...observed, 0.5];
  const deviations = [...bandwidths(observed), 1];
  // The part of each kernel that lies in [0, 1].
  const inside = means.map((mean, k) => probabilityBetween(0, 1, mean, deviations[k] as number));
  const cellOf = cells(parameter);
  return {
    addLogs(unit, sums) {
      const cell = cellOf?.(unit);
      for (let k = 0; k < means.length; k++) {
        const [mean, deviation] = [means[k] as number, deviations[k] as number];
        const log = cell
          ? Math.log(probabilityBetween(cell.from, cell.to, mean, deviation))
          : logNormalDensity((unit - mean) / deviation) - Math.log(deviation);
        sums[k] = (sums[k] as number) + log - Math.log(inside[k] as number);
      }
    },
    draw: (kernel, rng) =>
      drawTruncatedNormal(means[kernel] as number, deviations[kernel] as number, rng),
  };
}

/** The deviation of each observation's kernel. */
function bandwidths(observed: readonly number[]): number[] {
  const n = observed.length;
  const order = observed.map((_, i) => i).sort((i, j) => at(i) - at(j));
  const narrowest = 1 / Math.min(MOST_KERNELS, n + 2);
  const result = new Array<number>(n).fill(1);
  order.forEach((i, place) => {
    const [before, after] = [order[place - 1], order[place + 1]];
    const left = before === undefined ? at(i) : at(i) - at(before);
    const right = after === undefined ? 1 - at(i) : at(after) - at(i);
    const isFirst = before === undefined && n > 1;
    const isLast = after === undefined && n > 1;
    const gap = isFirst ? right : isLast ? left : Math.max(left, right);
    result[i] = Math.min(1, Math.max(narrowest, gap));
  });
  return result;

  function at(i: number): number {
    return observed[i] as number;
  }
}

/** Probability of [from, to] under N(mean, deviation²); 0 rather than less than nothing, where it is lost in rounding. */
function probabilityBetween(from: number, to: number, mean: number, deviation: number): number {
  const [low, high] = [(from - mean) / deviation, (to - mean) / deviation];
  // On the right of the mean both would be near 1, and little be left of their difference.
  const difference =
    low > 0
      ? normalProbability(-low) - normalProbability(-high)
      : normalProbability(high) - normalProbability(low);
  return Math.max(0, difference);
}

interface Cell {
  readonly from: number;
  readonly to: number;
}

/** What tells the cell of a value that is not a real number; undefined for those that are, or nearly. */
function cells(parameter: SearchParameter): ((unit: number) => Cell) | undefined {
  const count = countValues(parameter);
  if (count > MOST_CELLS) return undefined;
  if (isListed(parameter) || !parameter.log) {
    return (unit) => {
      const index = Math.min(Math.floor(unit * count), count - 1);
      return { from: index / count, to: (index + 1) / count };
    };
  }
  const { low, high } = scaleOf(parameter);
  const place = (value: number) => (Math.log(value) - low) / (high - low);
  return (unit) => {
    const value = Math.round(Math.exp(low + unit * (high - low)));
    return { from: place(value - 0.5), to: place(value + 0.5) };
  };
}
