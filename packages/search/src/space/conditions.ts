import type {
  Condition,
  Configuration,
  Exclusion,
  SearchParameter,
  SearchSpace,
} from '../space.js';

/** Whether the condition holds at a configuration, or at the beginning of one. It never holds where its parameter is inactive. */
export function holds(condition: Condition, configuration: Configuration): boolean {
  if (!Object.hasOwn(configuration, condition.parameter)) return false;
  const value = configuration[condition.parameter];
  return condition.in.some((allowed) => allowed === value);
}

/**
 * Whether a parameter has a value at a configuration: all its conditions hold. The parameters that stand before it must
 * be decided; those behind it don't matter.
 */
export function isActive(parameter: SearchParameter, configuration: Configuration): boolean {
  return (parameter.when ?? []).every((condition) => holds(condition, configuration));
}

/**
 * The first exclusion that a configuration falls under; undefined when it is allowed. What is excluded stays so when more
 * parameters are decided, so a configuration may be asked about while it is being built.
 */
export function exclusionOf(
  space: SearchSpace,
  configuration: Configuration,
): Exclusion | undefined {
  return space.exclusions?.find(({ where }) =>
    where.every((condition) => holds(condition, configuration)),
  );
}
