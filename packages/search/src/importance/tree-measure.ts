import { axisOf, type Factor, type FactorColumn } from './factor.js';
import type { RegressionTree } from './regression-tree.js';

/** Part of the domain of a factor. */
type Region =
  | { readonly low: number; readonly high: number } // of an axis
  | readonly number[]; // levels, increasing

/** The regions of one factor that the leaves of a tree lie in. */
interface FactorRegions {
  readonly regions: readonly Region[];
  /** Of the whole domain: number of levels, or length. */
  readonly size: number;
}

interface Leaf {
  readonly value: number;
  /** For each factor, which of its regions the leaf lies in. */
  readonly regions: readonly number[];
}

/**
 * A tree as a function on the product of the domains of its factors: constant on boxes, the leaves. Variances of its marginals
 * come exactly from the shares of those boxes.
 *
 * @see Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014, §4
 */
export class TreeMeasure {
  readonly #factors: readonly FactorRegions[];
  readonly #leaves: readonly Leaf[];
  /** Mean over the space. */
  readonly mean: number;
  /** Variance over the space. */
  readonly variance: number;

  /** @param columns what the columns of the tree stand for. */
  constructor(tree: RegressionTree, columns: readonly FactorColumn[], factors: readonly Factor[]) {
    const collectors = factors.map((factor) => new RegionCollector(factor));
    const leaves: Leaf[] = [];
    const walk = (node: RegressionTree, box: readonly Region[]): void => {
      if ('value' in node) {
        const regions = box.map((region, i) => (collectors[i] as RegionCollector).add(region));
        leaves.push({ value: node.value, regions });
        return;
      }
      const { factor, level } = columns[node.column] as FactorColumn;
      const [left, right] = cut(box[factor] as Region, node.threshold, level);
      if (sizeOf(left) > 0) walk(node.left, box.with(factor, left));
      if (sizeOf(right) > 0) walk(node.right, box.with(factor, right));
    };
    walk(
      tree,
      factors.map((factor) => wholeDomain(factor)),
    );
    this.#factors = collectors;
    this.#leaves = leaves;
    this.mean = leaves.reduce((sum, leaf) => sum + leaf.value * this.share(leaf), 0);
    this.variance = leaves.reduce(
      (sum, leaf) => sum + (leaf.value - this.mean) ** 2 * this.share(leaf),
      0,
    );
  }

  /**
   * Variance of the marginal a_U(θ_U) = mean of the tree over all factors outside U,
   *
   *     Var a_U = Σ_l Σ_k (v_l − v̄)(v_k − v̄) · Π_{f∉U} |l_f| |k_f| · Π_{f∈U} |l_f ∩ k_f|
   *
   * over leaves l, k with values v, whose regions of factor f are l_f, k_f and |·| is the share of the domain. Leaves that lie in
   * the same regions of U are added up first.
   *
   * @param subset places of the factors in U.
   */
  marginalVariance(subset: readonly number[]): number {
    const cells = new Map<string, { regions: number[]; sum: number }>();
    for (const leaf of this.#leaves) {
      const regions = subset.map((factor) => leaf.regions[factor] as number);
      const weight = (leaf.value - this.mean) * this.share(leaf, subset);
      const cell = cells.get(regions.join());
      if (cell) cell.sum += weight;
      else cells.set(regions.join(), { regions, sum: weight });
    }
    const all = [...cells.values()];
    const sums = all.map(({ sum }) => sum);
    const overlaps = subset.map((factor, place) =>
      overlapOf(
        this.#factors[factor] as FactorRegions,
        all.map(({ regions }) => regions[place] as number),
      ),
    );
    let variance = 0;
    for (let i = 0; i < sums.length; i++) {
      let row = 0;
      for (let k = 0; k <= i; k++) {
        let common = k < i ? 2 : 1;
        for (let f = 0; f < overlaps.length && common !== 0; f++) {
          common *= (overlaps[f] as Overlap)(i, k);
        }
        row += (sums[k] as number) * common;
      }
      variance += (sums[i] as number) * row;
    }
    return Math.max(0, variance);
  }

  /**
   * The marginal of one factor at a point: the mean of the tree over all other factors.
   *
   * @param factor its place.
   * @param point a level, by its number.
   */
  marginalAt(factor: number, point: number): number {
    return this.#leaves.reduce((sum, leaf) => {
      const region = this.#factors[factor]?.regions[leaf.regions[factor] as number] as Region;
      return isWithin(region, point) ? sum + leaf.value * this.share(leaf, [factor]) : sum;
    }, 0);
  }

  /** Share of the space that a leaf takes, without the factors of `except`. */
  private share({ regions }: Leaf, except: readonly number[] = []): number {
    let share = 1;
    for (const [factor, { regions: all, size }] of this.#factors.entries()) {
      if (!except.includes(factor))
        share *= sizeOf(all[regions[factor] as number] as Region) / size;
    }
    return share;
  }
}

/** Share of the domain that the regions of two cells have in common. */
type Overlap = (one: number, other: number) => number;

/** @param chosen the region of each cell. */
function overlapOf({ regions, size }: FactorRegions, chosen: readonly number[]): Overlap {
  const first = regions[0] as Region;
  if (!isLevels(first)) {
    const intervals = chosen.map((region) => regions[region] as Exclude<Region, readonly number[]>);
    const lows = Float64Array.from(intervals, ({ low }) => low);
    const highs = Float64Array.from(intervals, ({ high }) => high);
    return (i, k) => {
      const low = Math.max(lows[i] as number, lows[k] as number);
      const high = Math.min(highs[i] as number, highs[k] as number);
      return high > low ? (high - low) / size : 0;
    };
  }
  const table = regions.map((one) => {
    const levels = new Set(one as readonly number[]);
    return Float64Array.from(regions as readonly (readonly number[])[], (other) => {
      return other.filter((level) => levels.has(level)).length / size;
    });
  });
  return (i, k) => table[chosen[i] as number]?.[chosen[k] as number] as number;
}

/** Numbers the different regions of one factor. */
class RegionCollector implements FactorRegions {
  readonly size: number;
  readonly regions: Region[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(factor: Factor) {
    this.size = sizeOf(wholeDomain(factor));
  }

  add(region: Region): number {
    const key = isLevels(region) ? region.join() : `${region.low} ${region.high}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.regions.length);
    return this.regions.push(region) - 1;
  }
}

function wholeDomain(factor: Factor): Region {
  if (factor.kind === 'nominal') return factor.levels.map((_, level) => level);
  const { low, high } = axisOf(factor);
  return { low, high };
}

function isLevels(region: Region): region is readonly number[] {
  return Array.isArray(region);
}

function isWithin(region: Region, point: number): boolean {
  return isLevels(region) ? region.includes(point) : region.low < point && point <= region.high;
}

/** Number of levels, or length; never below 0. */
function sizeOf(region: Region): number {
  return isLevels(region) ? region.length : Math.max(0, region.high - region.low);
}

function cut(region: Region, threshold: number, level: number | undefined): [Region, Region] {
  if (isLevels(region)) {
    return [region.filter((one) => one !== level), region.filter((one) => one === level)];
  }
  return [
    { low: region.low, high: Math.min(region.high, threshold) },
    { low: Math.max(region.low, threshold), high: region.high },
  ];
}
