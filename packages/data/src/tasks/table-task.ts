import { createRng, DistillerError, type Example, type Split, type Task } from '@distiller/core';
import { readTable, type TableOptions } from '../readers/read-table.js';
import { emptyCell, type Column, type Row } from '../readers/row.js';
import { classId, discoverLabels, type ClassLabel } from './class-labels.js';
import { makeTask } from './make-task.js';
import { stratifiedSplit } from './stratified-split.js';

/** Where a split comes from. */
export interface TableSource {
  /** Read one after the other. */
  readonly paths: readonly string[];
  readonly texts: readonly [Column] | readonly [Column, Column];
  readonly label?: Column;
  readonly options?: TableOptions;
}

export interface TableTaskSpec {
  readonly name: string;
  readonly kind: Task['kind'];
  readonly arity: 1 | 2;
  /** Classes in id order; the sorted values of the training split when absent. */
  readonly labels?: readonly ClassLabel[] | undefined;
  readonly sources: Readonly<Partial<Record<Split, TableSource>>>;
  /** Cuts the validation split from the training split, instead of a source of its own. */
  readonly validation?: { readonly fraction: number; readonly seed: number } | undefined;
  readonly selects?: string | undefined;
}

/** Splits whose rows must be labelled; a test set may be without labels, transfer text is so by nature. */
const LABELLED: readonly Split[] = ['train', 'validation'];

/**
 * A task from tables. Reads the training split once where labels have to be found or a validation split cut.
 *
 * @throws DistillerError `input` and `config` as the readers do.
 */
export async function tableTask(spec: TableTaskSpec): Promise<Task> {
  const { kind, sources, validation } = spec;
  const { train } = sources;
  const mustDiscover = kind === 'classification' && spec.labels === undefined;
  const check = (value: string, place: string) => {
    if (kind === 'regression') realValue(value, place);
    else if (spec.labels) classId(spec.labels, value, place);
    else if (value.trim() === '') throw emptyCell(place, train?.label ?? 'label');
  };
  const found = train && (mustDiscover || validation) ? await readLabels(train, check) : [];
  const labels =
    kind === 'regression'
      ? []
      : (spec.labels ??
        discoverLabels(found, train?.paths.join(', ') ?? 'The missing train split'));
  const toLabel = (value: string, place: string) =>
    kind === 'regression' ? realValue(value, place) : classId(labels, value, place);

  const read: Partial<Record<Split, () => AsyncIterable<Example>>> = {};
  for (const split of Object.keys(sources) as Split[]) {
    const source = sources[split];
    if (source) read[split] = () => readExamples(split, source, toLabel);
  }
  if (train && validation) {
    const where = train.paths.join(', ');
    const classes = found.map((value) =>
      kind === 'regression' ? 0 : classId(labels, value, where),
    );
    const size = Math.round(validation.fraction * classes.length);
    const parts = stratifiedSplit(
      classes,
      [Math.max(1, size)],
      createRng(validation.seed).derive('validation'),
      where,
    );
    const part = (number: number) => () =>
      keep(readExamples('train', train, toLabel), (i) => parts[i] === number);
    read.train = part(-1);
    read.validation = part(0);
  }
  return makeTask({ ...spec, labels: labels.map(({ name }) => name), read });
}

/** @param check throws for a value that is no label, so that the error names its line. */
async function readLabels(
  { paths, label, options }: TableSource,
  check: (value: string, place: string) => void,
): Promise<readonly string[]> {
  const values: string[] = [];
  for (const path of paths) {
    const request = { required: label === undefined ? [] : [label] };
    for await (const { cells, place } of readTable(path, request, options)) {
      const value = cells[0] as string;
      check(value, place);
      values.push(value);
    }
  }
  return values;
}

async function* readExamples(
  split: Split,
  { paths, texts, label, options }: TableSource,
  toLabel: (value: string, place: string) => number,
): AsyncGenerator<Example, void, undefined> {
  const isLabelled = LABELLED.includes(split);
  const labelColumn = label === undefined || split === 'transfer' ? [] : [label];
  const request = isLabelled
    ? { required: [...texts, ...labelColumn] }
    : { required: texts, optional: labelColumn };
  let number = 0;
  for (const path of paths) {
    for await (const row of readTable(path, request, options)) {
      const cell = row.cells[texts.length];
      // A test set without labels may have the column all the same.
      const value = cell === '' && !isLabelled ? undefined : cell;
      yield {
        id: `${split}/${number++}`,
        texts: textsOf(row, texts.length),
        ...(value !== undefined && { label: toLabel(value, row.place) }),
      };
    }
  }
  if (number === 0) {
    throw new DistillerError(
      'input',
      `${paths.join(', ')}: no rows for the ${split} split. Check that the file was written completely.`,
    );
  }
}

function textsOf({ cells }: Row, arity: 1 | 2): Example['texts'] {
  const [first, second] = cells as readonly [string, string];
  return arity === 1 ? [first] : [first, second];
}

function realValue(value: string, place: string): number {
  const number = value.trim() === '' ? NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw new DistillerError(
    'input',
    `${place}: the label is ${JSON.stringify(value)}; a regression needs a number. Mend the row or check the label column.`,
  );
}

async function* keep(
  examples: AsyncIterable<Example>,
  isKept: (index: number) => boolean,
): AsyncGenerator<Example, void, undefined> {
  let index = 0;
  for await (const example of examples) if (isKept(index++)) yield example;
}
