import { DistillerError, didYouMean } from '@distiller/core';
import type {
  CategoricalParameter,
  Condition,
  Exclusion,
  OrderedParameter,
  ParameterValue,
  SearchParameter,
  SearchSpace,
} from '../space.js';

/** Values that a parameter must have, as text. */
export interface WantedValues {
  readonly parameter: string;
  readonly in: readonly string[];
}

type Listed = CategoricalParameter | OrderedParameter;
/** What parameters may still be; those that are not in it may be anything. */
type Allowed = ReadonlyMap<string, readonly ParameterValue[]>;

/**
 * The part of a space where parameters have certain values, and so are active. A parameter with one value left is a choice no longer
 * and falls away; conditions that always hold fall away, too, and parameters whose conditions never do.
 *
 * @throws DistillerError `config` for an unknown parameter or value, one that is an interval of numbers, or when nothing is left.
 */
export function restrictSpace(space: SearchSpace, wanted: readonly WantedValues[]): SearchSpace {
  if (wanted.length === 0) return space;
  const allowed = allowedValues(space, wanted);
  const parameters: SearchParameter[] = [];
  const gone = new Set<string>();
  for (const parameter of space.parameters) {
    const { when: conditions = [], ...always } = parameter;
    const when = stillOpen(conditions, allowed, gone);
    if (when === 'never') {
      gone.add(parameter.name);
      continue;
    }
    const values = allowed.get(parameter.name);
    if (values?.length === 1 && when.length === 0) continue;
    const narrowed = { ...always, ...(values && { values }) } as SearchParameter;
    parameters.push(when.length > 0 ? { ...narrowed, when } : narrowed);
  }
  const exclusions = (space.exclusions ?? []).flatMap((exclusion): Exclusion[] => {
    const where = stillOpen(exclusion.where, allowed, gone);
    return where === 'never' ? [] : [{ ...exclusion, where }];
  });
  return { parameters, ...(space.exclusions && { exclusions }) };
}

function allowedValues(space: SearchSpace, wanted: readonly WantedValues[]): Allowed {
  const allowed = new Map<string, readonly ParameterValue[]>();
  const narrow = (name: string, isWanted: (value: ParameterValue) => boolean) => {
    const { values, when = [] } = listed(space, name);
    const left = (allowed.get(name) ?? values).filter(isWanted);
    if (left.length === 0)
      throw new DistillerError('config', `No trial can have what is wanted of "${name}".`);
    allowed.set(name, left);
    // It has a value only where it is active.
    for (const { parameter, in: values } of when)
      narrow(parameter, (value) => values.includes(value));
  };
  for (const { parameter, in: texts } of wanted) {
    const known = listed(space, parameter).values.map(String);
    for (const text of texts) {
      if (known.includes(text)) continue;
      throw new DistillerError(
        'config',
        `Parameter "${parameter}" has no value "${text}". ${didYouMean(text, known)}`,
      );
    }
    narrow(parameter, (value) => texts.includes(String(value)));
  }
  return allowed;
}

function listed(space: SearchSpace, name: string): Listed {
  const found = space.parameters.find((parameter) => parameter.name === name);
  if (!found) {
    const names = space.parameters.map((parameter) => parameter.name);
    throw new DistillerError(
      'config',
      `There is no parameter "${name}". ${didYouMean(name, names)}`,
    );
  }
  if ('values' in found) return found;
  throw new DistillerError(
    'config',
    `"${name}" is an interval of numbers, so it has no values to choose from.`,
  );
}

/** The conditions that may hold or not; `never` when one can't. */
function stillOpen(
  conditions: readonly Condition[],
  allowed: Allowed,
  gone: ReadonlySet<string>,
): readonly Condition[] | 'never' {
  const open: Condition[] = [];
  for (const { parameter, in: values } of conditions) {
    if (gone.has(parameter)) return 'never';
    const possible = allowed.get(parameter);
    const holding = possible?.filter((value) => values.includes(value)) ?? values;
    if (holding.length === 0) return 'never';
    if (holding.length !== possible?.length) open.push({ parameter, in: holding });
  }
  return open;
}
