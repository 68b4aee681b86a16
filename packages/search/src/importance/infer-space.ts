import { DistillerError, didYouMean } from '@distiller/core';
import type { Condition, ParameterValue, SearchParameter, SearchSpace } from '../space.js';
import type { ScoredTrial } from './scored-trial.js';

/** A kind of parameter as a person names it; `log` is a number on a log scale. */
export type ColumnKind = SearchParameter['kind'] | 'log';

/** What a person knows about columns and their values don't show. */
export interface ColumnFacts {
  readonly kinds?: Readonly<Record<string, ColumnKind>>;
  /** Conditions of parameters. Values of a parameter whose conditions don't hold are fillers. */
  readonly conditions?: Readonly<Record<string, readonly Condition[]>>;
  /** The stage of parameters. */
  readonly stages?: Readonly<Record<string, string>>;
}

/** Numbers with more different values than this lie on an axis; fewer are levels in their order. */
const MOST_LEVELS = 8;

/**
 * The space that trials seem to come from: texts are categories, up to eight different numbers are levels in their order, more are an
 * interval of whole or real numbers, from the least to the largest tried. A parameter that some trials lack is tied to the first
 * parameter whose value decides whether it is there.
 *
 * @param parameters names in the order of the space; conditions name those before.
 * @throws DistillerError `config` for a kind that the values don't allow or an unknown name; `input` where nothing explains why a
 *   value is missing.
 */
export function inferSpace(
  trials: readonly ScoredTrial[],
  parameters: readonly string[],
  facts: ColumnFacts = {},
): SearchSpace {
  const { kinds = {}, conditions = {}, stages = {} } = facts;
  const named = [
    ...Object.keys(kinds),
    ...Object.keys(stages),
    ...Object.entries(conditions).flatMap(([name, when]) => [
      name,
      ...when.map(({ parameter }) => parameter),
    ]),
  ];
  for (const name of named) {
    if (!parameters.includes(name)) {
      throw new DistillerError(
        'config',
        `"${name}" is none of the parameters. ${didYouMean(name, parameters)}`,
      );
    }
  }
  return {
    parameters: parameters.flatMap((name): SearchParameter[] => {
      const active = trials.filter(({ configuration }) => configuration[name] !== undefined);
      const values = distinct(active.map(({ configuration }) => configuration[name]));
      if (values.length === 0) return [];
      const when = conditions[name] ?? explainAbsence(name, trials, parameters);
      const stage = stages[name];
      return [
        {
          name,
          ...domainOf(name, values, kinds[name]),
          ...(when.length > 0 && { when }),
          ...(stage !== undefined && { stage }),
        },
      ];
    }),
  };
}

/** The trials without the values of parameters whose conditions don't hold. */
export function withoutFillers(
  trials: readonly ScoredTrial[],
  conditions: Readonly<Record<string, readonly Condition[]>>,
): ScoredTrial[] {
  return trials.map((trial) => {
    const kept = new Map(Object.entries(trial.configuration));
    for (const [name, when] of Object.entries(conditions)) {
      const holds = when.every(({ parameter, in: values }) =>
        values.includes(kept.get(parameter) as ParameterValue),
      );
      if (!holds) kept.delete(name);
    }
    return { ...trial, configuration: Object.fromEntries(kept) };
  });
}

type Domain =
  | { kind: 'categorical' | 'ordered'; values: ParameterValue[] }
  | { kind: 'integer' | 'float'; low: number; high: number; log?: boolean };

function domainOf(name: string, values: ParameterValue[], wanted?: ColumnKind): Domain {
  const isNumeric = values.every((value) => typeof value === 'number');
  const isWhole = values.every((value) => Number.isInteger(value));
  const numbers = isNumeric ? (values as number[]) : [];
  const guessed = values.length <= MOST_LEVELS ? 'ordered' : isWhole ? 'integer' : 'float';
  const kind = wanted ?? (isNumeric ? guessed : 'categorical');
  if (kind === 'categorical' || kind === 'ordered') return { kind, values };
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const expected =
    (!isNumeric && 'numbers') ||
    (kind === 'integer' && !isWhole && 'whole numbers') ||
    (kind === 'log' && low <= 0 && 'numbers above 0');
  if (expected) {
    const shown = values.slice(0, 5).join(', ');
    throw new DistillerError(
      'config',
      `Parameter "${name}" is to be ${kind}, so it must have ${expected}; it has ${shown}${values.length > 5 ? ', …' : ''}.`,
    );
  }
  if (kind === 'log') return { kind: 'float', low, high, log: true };
  return { kind, low, high };
}

/** Different values, numbers by size and texts by letter. */
function distinct(values: readonly (ParameterValue | undefined)[]): ParameterValue[] {
  const different = new Set(values.filter((value) => value !== undefined));
  return [...different].sort((a, b) => (a < b ? -1 : Number(a > b)));
}

/** The condition under which the trials have a parameter: none when all do. */
function explainAbsence(
  name: string,
  trials: readonly ScoredTrial[],
  parameters: readonly string[],
): readonly Condition[] {
  const lacks = trials.find(({ configuration }) => configuration[name] === undefined);
  if (lacks === undefined) return [];
  for (const parameter of parameters.slice(0, parameters.indexOf(name))) {
    const within = distinct(
      trials
        .filter(({ configuration }) => configuration[name] !== undefined)
        .map(({ configuration }) => configuration[parameter]),
    );
    const decides = trials.every(
      ({ configuration }) =>
        (configuration[name] !== undefined) ===
        within.includes(configuration[parameter] as ParameterValue),
    );
    if (decides) return [{ parameter, in: within }];
  }
  throw new DistillerError(
    'input',
    `${lacks.place ?? 'A trial'}: there is no value of "${name}", and no parameter before it tells when it has one. ` +
      'Name the parameter that decides it before this one, or fill the cell.',
  );
}
