import type { Configuration } from '../space.js';

/** What all factors have. */
interface NamedFactor {
  /** The names of its parameters with × between. */
  readonly name: string;
  readonly parameters: readonly string[];
  readonly stage?: string;
}

/** Levels without an order, each of the same measure. */
export interface NominalFactor extends NamedFactor {
  readonly kind: 'nominal';
  readonly levels: readonly string[];
  /** Which level a configuration has; −1 for none of them. */
  levelOf(configuration: Configuration): number;
}

/** Levels in their order, each of the same measure. Level i lies at i. */
export interface RankedFactor extends NamedFactor {
  readonly kind: 'ranked';
  readonly levels: readonly string[];
  /** Which level a configuration has; −1 for none of them. */
  levelOf(configuration: Configuration): number;
}

/** An interval of uniform measure in `coordinateOf`, which is the logarithm for parameters on a log scale. */
export interface NumericFactor extends NamedFactor {
  readonly kind: 'numeric';
  readonly low: number;
  readonly high: number;
  /** Where a configuration lies; NaN where the parameter is not active. */
  coordinateOf(configuration: Configuration): number;
}

/**
 * One of the independent choices that a space is made of: a parameter that is always active, or parameters merged into one choice
 * because some are active only with others.
 */
export type Factor = NominalFactor | RankedFactor | NumericFactor;

/** A column of a table of trials: where trials lie on the axis of a factor, or whether they have one level of it. */
export interface FactorColumn {
  /** Place of the factor in the list. */
  readonly factor: number;
  /** Of an indicator: the level that 1 stands for. */
  readonly level?: number;
  /** A value for each configuration. */
  readonly values: Float64Array;
}

/**
 * Configurations as columns of numbers: an indicator for each level of a nominal factor, one column for each other. Who has no
 * value there is 0 in every indicator, and left of the domain on an axis.
 */
export function factorColumns(
  factors: readonly Factor[],
  configurations: readonly Configuration[],
): FactorColumn[] {
  return factors.flatMap((factor, place): FactorColumn[] => {
    if (factor.kind === 'nominal') {
      const chosen = configurations.map((configuration) => factor.levelOf(configuration));
      return factor.levels.map((_, level) => ({
        factor: place,
        level,
        values: Float64Array.from(chosen, (one) => (one === level ? 1 : 0)),
      }));
    }
    const { low, high, coordinateOf } = axisOf(factor);
    const missing = low - (high - low); // splits off at `low`, so that it touches no measure
    const values = Float64Array.from(configurations, (configuration) => {
      const coordinate = coordinateOf(configuration);
      return Number.isNaN(coordinate) ? missing : coordinate;
    });
    return [{ factor: place, values }];
  });
}

/** The interval over which a factor without indicators is measured. */
export function axisOf(
  factor: RankedFactor | NumericFactor,
): Pick<NumericFactor, 'low' | 'high' | 'coordinateOf'> {
  if (factor.kind === 'numeric') return factor;
  return {
    low: -0.5,
    high: factor.levels.length - 0.5,
    coordinateOf: (configuration) => {
      const level = factor.levelOf(configuration);
      return level < 0 ? NaN : level;
    },
  };
}
