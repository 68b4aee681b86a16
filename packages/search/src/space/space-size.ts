import type {
  Condition,
  Configuration,
  ParameterValue,
  SearchParameter,
  SearchSpace,
} from '../space.js';
import { exclusionOf, isActive } from './conditions.js';
import { countValues, isListed } from './parameter-values.js';

/** Some values of a parameter that no condition tells apart. */
interface ValueClass {
  /** One of them. */
  readonly value: ParameterValue;
  readonly count: number;
}

/** How many configurations a space has, those that are excluded not counted; Infinity when a float can be active. */
export function spaceSize(space: SearchSpace): number {
  return countConfigurations(space, () => Infinity);
}

/**
 * The number of configurations. Values that no condition or exclusion tells apart are counted, not visited, so wide ranges
 * cost nothing.
 *
 * @param ofFloat what an active float counts for.
 */
export function countConfigurations(space: SearchSpace, ofFloat: () => number): number {
  const classes = space.parameters.map((parameter) => classesOf(parameter, space, ofFloat));
  const count = (i: number, configuration: Configuration): number => {
    if (exclusionOf(space, configuration)) return 0;
    const parameter = space.parameters[i];
    if (!parameter) return 1;
    if (!isActive(parameter, configuration)) return count(i + 1, configuration);
    let total = 0;
    for (const { value, count: many } of classes[i] as ValueClass[]) {
      const below = count(i + 1, { ...configuration, [parameter.name]: value });
      if (below > 0) total += many * below; // an infinite class of which nothing is left is nothing
    }
    return total;
  };
  return count(0, {});
}

function classesOf(
  parameter: SearchParameter,
  { parameters, exclusions = [] }: SearchSpace,
  ofFloat: () => number,
): ValueClass[] {
  if (parameter.kind === 'float') return [{ value: parameter.low, count: ofFloat() }];
  const conditions: Condition[] = [
    ...parameters.flatMap(({ when = [] }) => when),
    ...exclusions.flatMap(({ where }) => where),
  ].filter((condition) => condition.parameter === parameter.name);
  const told = new Set(conditions.flatMap((condition) => condition.in));
  const classes = [...told].map((value) => ({ value, count: 1 }));
  const rest = countValues(parameter) - told.size;
  if (rest > 0) classes.push({ value: untold(parameter, told), count: rest });
  return classes;
}

/** The first value that is not among `told`; there must be one. */
function untold(
  parameter: Exclude<SearchParameter, { kind: 'float' }>,
  told: ReadonlySet<ParameterValue>,
): ParameterValue {
  if (isListed(parameter))
    return parameter.values.find((value) => !told.has(value)) as ParameterValue;
  let value = parameter.low;
  while (told.has(value)) value++;
  return value;
}
