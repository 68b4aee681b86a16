import { DistillerError, didYouMean } from '@distiller/core';
import type {
  Condition,
  Configuration,
  FloatParameter,
  IntegerParameter,
  ParameterValue,
  SearchParameter,
  SearchSpace,
} from '../space.js';
import type { Factor } from './factor.js';

/** How the parameters of a space become factors. */
export interface FactorOptions {
  /** Parameters to merge into one factor, beyond those that conditions tie together. */
  readonly merge?: readonly (readonly string[])[];
  /** Parameters that stay factors of their own although they have conditions. Trials without them have none of their values. */
  readonly apart?: readonly string[];
  /** Equal parts into which a number is cut when it is merged. Default 4. */
  readonly parts?: number;
}

/** More levels than this say little of each, and no study tries them. */
const MOST_LEVELS = 4096;

/**
 * The factors of a space: its parameters, those merged into one that conditions tie together. A merged factor has a level for each
 * combination that is possible: loss × α has `mse`, `cos`, `mi/0.1`, `mi/0.5`, …; levels that an exclusion rules out are left
 * out when all its conditions lie within the factor. So the space becomes a product of factors, which an analysis of variance
 * needs; an exclusion across factors is not respected: the measure covers what it rules out.
 *
 * @throws DistillerError `config` for unknown names, and for a factor of more than 4096 levels.
 */
export function spaceFactors(space: SearchSpace, options: FactorOptions = {}): Factor[] {
  const { parts = 4, apart = [], merge = [] } = options;
  checkNames(space, [...apart, ...merge.flat()]);
  const groups = tiedParameters(space, merge, new Set(apart));
  return groups.map((parameters) => {
    const [only, ...others] = parameters as [SearchParameter, ...SearchParameter[]];
    return others.length === 0 ? singleFactor(only) : mergedFactor(parameters, space, parts);
  });
}

function checkNames(space: SearchSpace, names: readonly string[]): void {
  const known = space.parameters.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new DistillerError(
      'config',
      `The space has no parameter "${name}". ${didYouMean(name, known)}`,
    );
  }
}

/** Parameters in groups, tied by a condition of one on another or by `merge`; in the order of the space. */
function tiedParameters(
  { parameters }: SearchSpace,
  merge: readonly (readonly string[])[],
  apart: ReadonlySet<string>,
): SearchParameter[][] {
  const ties = [
    ...parameters
      .filter(({ name }) => !apart.has(name))
      .map(({ name, when = [] }) => [name, ...when.map(({ parameter }) => parameter)]),
    ...merge,
  ];
  const groupOf = new Map(parameters.map(({ name }, i) => [name, i]));
  for (const names of ties) {
    const tied = new Set(names.map((name) => groupOf.get(name)));
    const group = Math.min(...[...tied].map((one) => one as number));
    for (const [name, of] of groupOf) if (tied.has(of)) groupOf.set(name, group);
  }
  const groups = new Map<number, SearchParameter[]>();
  for (const parameter of parameters) {
    const group = groupOf.get(parameter.name) as number;
    groups.set(group, [...(groups.get(group) ?? []), parameter]);
  }
  return [...groups.values()];
}

function singleFactor(parameter: SearchParameter): Factor {
  const { name } = parameter;
  const named = { name, parameters: [name], ...stageOf([parameter]) };
  if (parameter.kind === 'integer' || parameter.kind === 'float') {
    return { ...named, kind: 'numeric', ...scaleOf(parameter) };
  }
  const { values } = parameter;
  return {
    ...named,
    kind: parameter.kind === 'ordered' ? 'ranked' : 'nominal',
    levels: values.map(String),
    levelOf: (configuration) => values.indexOf(configuration[name] as ParameterValue),
  };
}

/** Whole numbers reach half a step beyond their bounds, so that each has its share. */
function scaleOf(parameter: IntegerParameter | FloatParameter) {
  const { name, low, high, log = false } = parameter;
  const margin = parameter.kind === 'integer' ? 0.5 : 0;
  const scale = (value: number) => (log ? Math.log(value) : value);
  return {
    low: scale(low - margin),
    high: scale(high + margin),
    coordinateOf: (configuration: Configuration) => {
      const value = configuration[name];
      return typeof value === 'number' ? scale(value) : NaN;
    },
  };
}

/** The stage of the first that has one: the others depend on it. */
function stageOf(parameters: readonly SearchParameter[]): { readonly stage?: string } {
  const stage = parameters.find((parameter) => parameter.stage !== undefined)?.stage;
  return stage === undefined ? {} : { stage };
}

function mergedFactor(
  parameters: readonly SearchParameter[],
  space: SearchSpace,
  parts: number,
): Factor {
  const name = parameters.map((parameter) => parameter.name).join('×');
  const choices = parameters.map((parameter) => choicesOf(parameter, parts));
  const levels = combinations(name, parameters, choices, space);
  const keys = new Map(levels.map((level, i) => [JSON.stringify(level), i]));
  return {
    name,
    parameters: parameters.map((parameter) => parameter.name),
    ...stageOf(parameters),
    kind: 'nominal',
    levels: levels.map((level) =>
      level
        .flatMap((choice, i) => (choice < 0 ? [] : [choices[i]?.labels[choice] as string]))
        .join('/'),
    ),
    levelOf: (configuration) => {
      const level = parameters.map((parameter, i) =>
        choices[i]?.choiceOf(configuration[parameter.name]),
      );
      return keys.get(JSON.stringify(level)) ?? -1;
    },
  };
}

/** What a parameter may be within a merged factor. */
interface Choices {
  readonly labels: readonly string[];
  /** For conditions: the value, where a choice is one value. */
  readonly values: readonly (ParameterValue | undefined)[];
  /** −1 where there is no value. */
  choiceOf(value: ParameterValue | undefined): number;
}

function choicesOf(parameter: SearchParameter, parts: number): Choices {
  if (parameter.kind === 'categorical' || parameter.kind === 'ordered') {
    const { values } = parameter;
    return {
      values,
      labels: values.map(String),
      choiceOf: (value) => values.indexOf(value as ParameterValue),
    };
  }
  const { low, high, kind, log = false } = parameter;
  if (kind === 'integer' && high - low < parts) {
    const values = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    return {
      values,
      labels: values.map(String),
      choiceOf: (value) => values.indexOf(Number(value)),
    };
  }
  const { low: from, high: to, coordinateOf } = scaleOf(parameter);
  const bound = (part: number) => {
    const at = from + ((to - from) * part) / parts;
    return Number((log ? Math.exp(at) : at).toPrecision(3));
  };
  return {
    values: Array.from({ length: parts }, () => undefined),
    labels: Array.from({ length: parts }, (_, part) => `${bound(part)}…${bound(part + 1)}`),
    choiceOf: (value) => {
      if (value === undefined) return -1;
      const share = (coordinateOf({ [parameter.name]: value }) - from) / (to - from);
      return Math.min(parts - 1, Math.max(0, Math.floor(share * parts)));
    },
  };
}

/** Every combination of choices that the conditions allow: a choice for each parameter, −1 where it is not active. */
function combinations(
  factor: string,
  parameters: readonly SearchParameter[],
  choices: readonly Choices[],
  { exclusions = [] }: SearchSpace,
): number[][] {
  const names = parameters.map(({ name }) => name);
  const holds = ({ parameter, in: values }: Condition, level: readonly number[]): boolean => {
    const place = names.indexOf(parameter);
    const value = choices[place]?.values[level[place] ?? -1];
    return value !== undefined && values.includes(value);
  };
  let levels: number[][] = [[]];
  for (const [i, { when = [] }] of parameters.entries()) {
    const within = when.filter(({ parameter }) => names.includes(parameter));
    levels = levels.flatMap((level) =>
      within.every((condition) => holds(condition, level))
        ? (choices[i] as Choices).labels.map((_, choice) => [...level, choice])
        : [[...level, -1]],
    );
    if (levels.length > MOST_LEVELS) {
      throw new DistillerError(
        'config',
        `The factor ${factor} has more than ${MOST_LEVELS} levels. Keep some of its parameters apart, or cut numbers into fewer parts.`,
      );
    }
  }
  return levels.filter(
    (level) => !exclusions.some(({ where }) => where.every((condition) => holds(condition, level))),
  );
}
