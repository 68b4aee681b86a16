import { didYouMean, DistillerError } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';
import { exclusionOf, isActive } from './conditions.js';
import { refusalOf } from './parameter-values.js';

/**
 * Checks that a configuration is a point of a space: a fitting value for every active parameter, none for others, not excluded.
 *
 * @param where names it in the message.
 * @returns the configuration with its parameters in the order of the space.
 * @throws DistillerError `config` listing every problem.
 */
export function validateConfiguration(
  space: SearchSpace,
  configuration: Configuration,
  where = 'configuration',
): Configuration {
  const problems: string[] = [];
  const ordered: Record<string, Configuration[string]> = {};
  for (const parameter of space.parameters) {
    const { name } = parameter;
    const value = Object.hasOwn(configuration, name) ? configuration[name] : undefined;
    if (!isActive(parameter, ordered)) {
      if (value === undefined) continue;
      const needs = (parameter.when ?? [])
        .map((condition) => `${condition.parameter} in ${JSON.stringify(condition.in)}`)
        .join(' and ');
      problems.push(`${name}: has a value (given ${JSON.stringify(value)}) but needs ${needs}`);
    } else if (value === undefined) {
      problems.push(`${name}: is missing`);
    } else {
      const refusal = refusalOf(parameter, value);
      if (refusal !== undefined)
        problems.push(`${name}: ${refusal} (given ${JSON.stringify(value)})`);
      ordered[name] = value;
    }
  }
  const known = space.parameters.map(({ name }) => name);
  for (const name of Object.keys(configuration)) {
    if (!known.includes(name))
      problems.push(`${name}: is no parameter. ${didYouMean(name, known)}`);
  }
  const exclusion = exclusionOf(space, configuration);
  if (exclusion) problems.push(`(as a whole): refused because ${exclusion.reason}`);
  if (problems.length === 0) return ordered;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new DistillerError(
    'config',
    [`${where} has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
  );
}
