import { DistillerError } from '@distiller/core';
import { readTable } from '@distiller/data';
import type { Configuration, ParameterValue } from '../space.js';
import type { ScoredTrial } from './scored-trial.js';

/** Which columns of a table of trials mean what. */
export interface TrialColumns {
  /** One a parameter. An empty cell says that the parameter is not active. */
  readonly parameters: readonly string[];
  readonly score: string;
  /** Name of the task. */
  readonly task?: string;
  /** What tells repetitions apart, such as the seed. */
  readonly repetition?: string;
  /** Only rows that have one of these values in the column. */
  readonly where?: readonly { readonly column: string; readonly in: readonly string[] }[];
}

/**
 * Trials of a table (CSV, TSV, JSON Lines or Parquet) with a row a trial. A parameter whose values are all numbers has numbers; any
 * other has texts. Spaces round a value mean nothing.
 *
 * @throws DistillerError `input` naming file and line for a score that is no number, `io` when the file can't be read, `config` when
 *   the condition `where` leaves no row.
 */
export async function readTrialTable(
  path: string,
  { parameters, score, task, repetition, where = [] }: TrialColumns,
): Promise<ScoredTrial[]> {
  const one = (column: string | undefined) => (column === undefined ? [] : [column]);
  const required = [
    ...new Set([
      ...parameters,
      score,
      ...one(task),
      ...one(repetition),
      ...where.map(({ column }) => column),
    ]),
  ];
  const rows: { readonly cells: ReadonlyMap<string, string>; readonly place: string }[] = [];
  let all = 0;
  for await (const { cells, place } of readTable(path, { required })) {
    const row = new Map(required.map((name, i) => [name, (cells[i] ?? '').trim()]));
    if (where.every(({ column, in: values }) => values.includes(row.get(column) as string))) {
      rows.push({ cells: row, place });
    }
    all++;
  }
  if (rows.length === 0) {
    const wanted = where.map(({ column, in: values }) => `${column}=${values.join('|')}`).join(' ');
    throw new DistillerError(
      'config',
      `${path} has no row${wanted && ` with ${wanted}`}; it has ${all} in all.`,
    );
  }
  const numeric = new Set(
    parameters.filter((name) =>
      rows.every(({ cells }) => cells.get(name) === '' || isNumber(cells.get(name))),
    ),
  );
  return rows.map(({ cells, place }) => ({
    place,
    score: scoreOf(cells.get(score), score, place),
    configuration: configurationOf(cells, parameters, numeric),
    ...(task !== undefined && { task: cells.get(task) as string }),
    ...(repetition !== undefined && { repetition: cells.get(repetition) as string }),
  }));
}

function configurationOf(
  cells: ReadonlyMap<string, string>,
  parameters: readonly string[],
  numeric: ReadonlySet<string>,
): Configuration {
  const active = parameters.filter((name) => cells.get(name) !== '');
  return Object.fromEntries(
    active.map((name): [string, ParameterValue] => {
      const text = cells.get(name) as string;
      return [name, numeric.has(name) ? Number(text) : text];
    }),
  );
}

function scoreOf(text: string | undefined, column: string, place: string): number {
  if (isNumber(text)) return Number(text);
  throw new DistillerError(
    'input',
    `${place}: column "${column}" holds ${JSON.stringify(text)}; expected a number. Leave out trials without a score.`,
  );
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && text !== '' && Number.isFinite(Number(text));
}
