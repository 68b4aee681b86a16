import { DistillerError } from '@distiller/core';
import type { Configuration, ParameterValue, SearchParameter, SearchSpace } from '../space.js';
import { exclusionOf, isActive } from './conditions.js';
import { isListed } from './parameter-values.js';
import { countConfigurations } from './space-size.js';

/** More are not listed. */
export const MOST_GRID_POINTS = 1_000_000;

export interface GridOptions {
  /** Values of a float, evenly spaced from `low` to `high` (in the logarithm with `log`), at least 2; no floats when left out. */
  readonly floatPoints?: number;
}

/**
 * Every configuration of a space, in order: the last parameter changes fastest. Inactive parameters are left out, excluded
 * configurations too.
 *
 * @throws DistillerError `config` when there is a float without `floatPoints`, or more than a million configurations.
 */
export function gridOf(space: SearchSpace, { floatPoints }: GridOptions = {}): Configuration[] {
  const float = space.parameters.find(({ kind }) => kind === 'float');
  if (float && floatPoints === undefined) {
    throw new DistillerError(
      'config',
      `A grid needs single values, and parameter "${float.name}" is a float. Give \`floatPoints\` (at least 2), make it ` +
        'with a list of values, or use another sampler.',
    );
  }
  const size = countConfigurations(space, () => floatPoints as number);
  if (size > MOST_GRID_POINTS) {
    throw new DistillerError(
      'config',
      `The grid has ${size} configurations; expected at most ${MOST_GRID_POINTS}. Use another sampler or fewer values.`,
    );
  }
  const grid: Configuration[] = [];
  const values = space.parameters.map((parameter) => gridValues(parameter, floatPoints ?? 0));
  const visit = (i: number, configuration: Configuration): void => {
    if (exclusionOf(space, configuration)) return;
    const parameter = space.parameters[i];
    if (!parameter) grid.push(configuration);
    else if (!isActive(parameter, configuration)) visit(i + 1, configuration);
    else
      for (const value of values[i] as ParameterValue[])
        visit(i + 1, { ...configuration, [parameter.name]: value });
  };
  visit(0, {});
  return grid;
}

function gridValues(parameter: SearchParameter, floatPoints: number): readonly ParameterValue[] {
  if (isListed(parameter)) return parameter.values;
  const { kind, low, high, log } = parameter;
  if (kind === 'integer') return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return Array.from({ length: floatPoints }, (_, i) => {
    const share = i / (floatPoints - 1);
    if (share === 1) return high; // exactly
    return log ? low * (high / low) ** share : low + share * (high - low);
  });
}
