import { DistillerError, didYouMean } from '@distiller/core';
import type { ColumnFacts, ColumnKind, ScoredTrial } from '@distiller/search';

/** What `distiller importance` is told of a table of trials, as it was typed. */
export interface TableOptions {
  readonly columns?: string;
  readonly score: string;
  readonly task?: string;
  readonly repetition?: string;
  readonly where?: readonly string[];
  readonly when?: readonly string[];
  readonly kind?: readonly string[];
  readonly stage?: readonly string[];
}

const KINDS: readonly ColumnKind[] = ['categorical', 'ordered', 'integer', 'float', 'log'];

/** `a, b,c` as `[a, b, c]`. */
export function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `column=a|b` of `--where`. */
export function rowsWanted(text: string): { column: string; in: string[] } {
  const [column, values] = assignment('--where', text, 'column=value|value');
  return { column, in: values.split('|') };
}

/** `--kind`, `--stage` and `--when` as facts about the columns; the values of conditions are those of the trials. */
export function columnFacts(
  { kind = [], stage = [], when = [] }: TableOptions,
  trials: readonly ScoredTrial[],
): ColumnFacts {
  const conditions = when.map((text) => condition(text, trials));
  return {
    kinds: Object.fromEntries(kind.map(columnKind)),
    stages: Object.fromEntries(
      stage.flatMap((text) => {
        const [name, parameters] = assignment('--stage', text, 'stage=parameter,parameter');
        return names(parameters).map((parameter) => [parameter, name]);
      }),
    ),
    conditions: Object.fromEntries(
      conditions.map(({ child }) => [
        child,
        conditions
          .filter((one) => one.child === child)
          .map(({ parameter, in: values }) => ({ parameter, in: values })),
      ]),
    ),
  };
}

function columnKind(text: string): [string, ColumnKind] {
  const [parameter, given] = assignment('--kind', text, 'parameter=kind');
  const kind = KINDS.find((one) => one === given);
  if (kind !== undefined) return [parameter, kind];
  throw new DistillerError(
    'config',
    `--kind ${text}: "${given}" is no kind of parameter. ${didYouMean(given, KINDS)}`,
  );
}

/** `alpha:loss=mi` or `share:augmentation!=none`. */
function condition(text: string, trials: readonly ScoredTrial[]) {
  const parts = /^([^:]+):(.+?)(!?)=(.+)$/.exec(text);
  if (parts === null) {
    throw new DistillerError(
      'config',
      `--when ${text}: expected parameter:other=value|value or parameter:other!=value.`,
    );
  }
  const [, child, parameter, not, listed] = parts as unknown as [
    string,
    string,
    string,
    '' | '!',
    string,
  ];
  const tried = new Set(trials.flatMap(({ configuration }) => configuration[parameter] ?? []));
  const known = [...tried].map(String);
  for (const value of listed.split('|')) {
    if (known.includes(value)) continue;
    throw new DistillerError(
      'config',
      `--when ${text}: no trial has the value "${value}" of "${parameter}". ${didYouMean(value, known)}`,
    );
  }
  const isListed = (value: unknown) => listed.split('|').includes(String(value));
  return { child, parameter, in: [...tried].filter((value) => isListed(value) === (not === '')) };
}

function assignment(option: string, text: string, expected: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new DistillerError('config', `${option} ${text}: expected ${expected}.`);
}
