import type {
  CategoricalParameter,
  FloatParameter,
  IntegerParameter,
  OrderedParameter,
  ParameterValue,
  SearchParameter,
} from '../space.js';

/** A parameter whose values are listed. */
export type ListedParameter = CategoricalParameter | OrderedParameter;
/** A parameter whose values are numbers between two bounds. */
export type NumericParameter = IntegerParameter | FloatParameter;

export function isListed(parameter: SearchParameter): parameter is ListedParameter {
  return parameter.kind === 'categorical' || parameter.kind === 'ordered';
}

/** How many values a parameter may take; Infinity for a float. */
export function countValues(parameter: SearchParameter): number {
  if (isListed(parameter)) return parameter.values.length;
  return parameter.kind === 'integer' ? parameter.high - parameter.low + 1 : Infinity;
}

/** Why a parameter can't take a value, as the end of a sentence about the value; undefined when it can. */
export function refusalOf(parameter: SearchParameter, value: unknown): string | undefined {
  if (isListed(parameter)) {
    const isKnown = parameter.values.some((known) => known === value);
    return isKnown ? undefined : `expected one of ${listed(parameter.values)}`;
  }
  const { kind, low, high } = parameter;
  const isWithin = typeof value === 'number' && value >= low && value <= high;
  if (isWithin && (kind === 'float' || Number.isInteger(value))) return undefined;
  return `expected a ${kind === 'integer' ? 'whole ' : ''}number from ${low} to ${high}`;
}

/** Values as they are written in a study file: texts in quotation marks. */
export function listed(values: readonly ParameterValue[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}
