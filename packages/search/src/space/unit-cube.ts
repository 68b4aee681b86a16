import type { Configuration, ParameterValue, SearchParameter, SearchSpace } from '../space.js';
import { isActive } from './conditions.js';
import { isListed } from './parameter-values.js';

/**
 * Where a value lies in [0, 1]: of k listed values or whole numbers each has a cell of width 1/k and the answer is its middle;
 * of a float it is the share of the way from `low` to `high`. With `log` cells and shares are those of the logarithm, and the
 * cell of a whole number n reaches from n − ½ to n + ½.
 */
export function toUnit(parameter: SearchParameter, value: ParameterValue): number {
  if (isListed(parameter)) return (parameter.values.indexOf(value) + 0.5) / parameter.values.length;
  const { low, high } = scaleOf(parameter);
  const place = parameter.log ? Math.log(value as number) : (value as number);
  return (place - low) / (high - low);
}

/** The value whose cell holds `unit`, in [0, 1]; the inverse of `toUnit`. */
export function fromUnit(parameter: SearchParameter, unit: number): ParameterValue {
  if (isListed(parameter)) {
    const { values } = parameter;
    const index = Math.min(Math.floor(unit * values.length), values.length - 1);
    return values[index] as ParameterValue;
  }
  const { low, high } = scaleOf(parameter);
  return fromScale(parameter, low + unit * (high - low));
}

type NumericParameter = Extract<SearchParameter, { low: number }>;

/** The interval that a number is drawn from uniformly: of logarithms with `log`, half a step wider at both ends for whole numbers. */
export function scaleOf({ kind, low, high, log }: NumericParameter): { low: number; high: number } {
  const margin = kind === 'integer' ? 0.5 : 0;
  const ends = { low: low - margin, high: high + margin };
  return log ? { low: Math.log(ends.low), high: Math.log(ends.high) } : ends;
}

/** The value at a place of the interval of `scaleOf`. */
export function fromScale({ kind, low, high, log }: NumericParameter, place: number): number {
  const exact = log ? Math.exp(place) : place;
  const value = kind === 'integer' ? Math.round(exact) : exact;
  return Math.min(high, Math.max(low, value)) + 0; // + 0: never −0
}

/**
 * A configuration as a point of the unit cube, a coordinate for each parameter in the order of the space.
 *
 * @param inactive the coordinate of a parameter that has no value; NaN where they must be told apart.
 */
export function encodeConfiguration(
  space: SearchSpace,
  configuration: Configuration,
  inactive = 0.5,
): Float64Array {
  return Float64Array.from(space.parameters, (parameter) => {
    const value = configuration[parameter.name];
    return value === undefined ? inactive : toUnit(parameter, value);
  });
}

/** The configuration at a point of the unit cube; coordinates of inactive parameters are not read. It may be an excluded one. */
export function decodeConfiguration(space: SearchSpace, point: ArrayLike<number>): Configuration {
  const configuration: Record<string, ParameterValue> = {};
  space.parameters.forEach((parameter, i) => {
    if (isActive(parameter, configuration))
      configuration[parameter.name] = fromUnit(parameter, point[i] as number);
  });
  return configuration;
}
