import { createRng, DistillerError, type Example, type Split, type Task } from '@distiller/core';
import { readTable, type TableOptions } from '../readers/read-table.js';
import type { Column, Row } from '../readers/row.js';
import { makeTask } from './make-task.js';
import {
  checkCells,
  labelForm,
  mustDiscover,
  type LabelForm,
  type LabelSpec,
} from './row-labels.js';
import { stratifiedSplit } from './stratified-split.js';

/** Where a split comes from. */
export interface TableSource {
  /** Read one after the other. */
  readonly paths: readonly string[];
  readonly texts: readonly [Column] | readonly [Column, Column];
  /** One column, or for multi-label a column of 0 and 1 for each label. */
  readonly label?: Column | readonly Column[];
  readonly options?: TableOptions;
}

export interface TableTaskSpec extends LabelSpec {
  readonly name: string;
  readonly arity: 1 | 2;
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
  const { sources, validation } = spec;
  const { train } = sources;
  const columns = labelColumns(train ?? Object.values(sources)[0]);
  const found =
    train && (mustDiscover(spec, columns) || validation)
      ? await readLabels(train, (cells, place) => checkCells(spec, columns, cells, place))
      : [];
  const where = train?.paths.join(', ') ?? 'The missing train split';
  const form = labelForm(spec, columns, found, where);

  const read: Partial<Record<Split, () => AsyncIterable<Example>>> = {};
  for (const split of Object.keys(sources) as Split[]) {
    const source = sources[split];
    if (source) read[split] = () => readExamples(split, source, form);
  }
  if (train && validation) {
    const classes = found.map((cells) => form.stratum(cells, where));
    const size = Math.round(validation.fraction * classes.length);
    const parts = stratifiedSplit(
      classes,
      [Math.max(1, size)],
      createRng(validation.seed).derive('validation'),
      where,
    );
    const part = (number: number) => () =>
      keep(readExamples('train', train, form), (i) => parts[i] === number);
    read.train = part(-1);
    read.validation = part(0);
  }
  return makeTask({ ...spec, labels: form.labels, read });
}

function labelColumns(source: TableSource | undefined): readonly Column[] {
  const label = source?.label;
  return label === undefined ? [] : typeof label === 'object' ? label : [label];
}

/** @param check throws for cells that are no label, so that the error names their line. */
async function readLabels(
  source: TableSource,
  check: (cells: readonly string[], place: string) => void,
): Promise<readonly (readonly string[])[]> {
  const labels: (readonly string[])[] = [];
  for (const path of source.paths) {
    const request = { required: labelColumns(source) };
    for await (const row of readTable(path, request, source.options)) {
      const cells = row.cells as readonly string[];
      check(cells, row.place);
      labels.push(cells);
    }
  }
  return labels;
}

async function* readExamples(
  split: Split,
  source: TableSource,
  form: LabelForm,
): AsyncGenerator<Example, void, undefined> {
  const { paths, texts, options } = source;
  const isLabelled = LABELLED.includes(split);
  const columns = split === 'transfer' ? [] : labelColumns(source);
  const request = isLabelled
    ? { required: [...texts, ...columns] }
    : { required: texts, optional: columns };
  let number = 0;
  for (const path of paths) {
    for await (const row of readTable(path, request, options)) {
      const cells = row.cells.slice(texts.length, texts.length + columns.length);
      // A test set without labels may have the column all the same.
      const isMissing = cells.some(
        (cell) => cell === undefined || (cell === '' && !isLabelled && !form.readsEmpty),
      );
      yield {
        id: `${split}/${number++}`,
        texts: textsOf(row, texts.length),
        ...(cells.length > 0 &&
          !isMissing && { label: form.label(cells as readonly string[], row.place) }),
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

async function* keep(
  examples: AsyncIterable<Example>,
  isKept: (index: number) => boolean,
): AsyncGenerator<Example, void, undefined> {
  let index = 0;
  for await (const example of examples) if (isKept(index++)) yield example;
}
