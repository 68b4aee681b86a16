import { DistillerError, type Label } from '@distiller/core';
import { emptyCell, type Column } from '../readers/row.js';
import { classId, discoverLabels, type ClassLabel } from './class-labels.js';

/** Turns what a file says into labels, one form a kind of task. */
export interface LabelForm {
  /** Class names in id order; empty for values. */
  readonly labels: readonly string[];
  /** Whether an empty cell says something, namely that there is no label. */
  readonly readsEmpty?: boolean;
  /** @throws DistillerError `input` naming the place. */
  label(cells: readonly string[], place: string): Label;
  /** The class by which a validation split is cut; 0 where there is no one class. */
  stratum(cells: readonly string[], place: string): number;
}

/** What decides the form before any row is read. */
export interface LabelSpec {
  readonly kind: 'classification' | 'regression' | 'multi-label';
  /** Classes in id order; the sorted values of the training split when absent. */
  readonly labels?: readonly ClassLabel[] | undefined;
  /** For multi-label: between the labels of a cell. */
  readonly separator?: string | undefined;
}

/**
 * The form of the labels of a table: a class, a value, labels in one cell with a separator between them (none in an empty
 * cell), or a column of 0 and 1 for each label.
 *
 * @param columns of the labels.
 * @param found every row's label cells, where classes must be discovered.
 * @param where begins the message when there are none.
 */
export function labelForm(
  spec: LabelSpec,
  columns: readonly Column[],
  found: readonly (readonly string[])[],
  where: string,
): LabelForm {
  if (spec.kind === 'regression') {
    return { labels: [], label: ([cell = ''], place) => realValue(cell, place), stratum: () => 0 };
  }
  if (spec.kind === 'classification') {
    const labels = spec.labels ?? discoverLabels(found.flat(), where);
    const id = ([cell = '']: readonly string[], place: string) => classId(labels, cell, place);
    return { labels: names(labels), label: id, stratum: id };
  }
  if (columns.length > 1) {
    const labels = spec.labels?.map(({ name }) => name) ?? columns.map(String);
    return { labels, label: (cells, place) => marked(cells, place), stratum: () => 0 };
  }
  const parts = (cell: string) => cellLabels(cell, spec.separator);
  const labels = spec.labels ?? discoverLabels(found.flat().flatMap(parts), where);
  return {
    labels: names(labels),
    readsEmpty: true,
    label: ([cell = ''], place) =>
      [...new Set(parts(cell).map((value) => classId(labels, value, place)))].sort((a, b) => a - b),
    stratum: () => 0,
  };
}

/** Whether the training split has to be read to know the classes. */
export function mustDiscover({ kind, labels }: LabelSpec, columns: readonly Column[]): boolean {
  return (
    labels === undefined &&
    (kind === 'classification' || (kind === 'multi-label' && columns.length === 1))
  );
}

/** Throws for cells that are no label whatever the classes, so that the error names their line. */
export function checkCells(
  { kind, labels, separator }: LabelSpec,
  columns: readonly Column[],
  cells: readonly string[],
  place: string,
): void {
  const [cell = ''] = cells;
  if (kind === 'regression') realValue(cell, place);
  else if (kind === 'multi-label') {
    if (columns.length > 1) marked(cells, place);
    else if (labels) for (const value of cellLabels(cell, separator)) classId(labels, value, place);
  } else if (labels) classId(labels, cell, place);
  else if (cell.trim() === '') throw emptyCell(place, columns[0] ?? 'label');
}

const names = (labels: readonly ClassLabel[]) => labels.map(({ name }) => name);

function cellLabels(cell: string, separator = ','): readonly string[] {
  return cell
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** Which of the columns hold a 1. */
function marked(cells: readonly string[], place: string): readonly number[] {
  return cells.flatMap((cell, id) => {
    const value = cell.trim() === '' ? NaN : Number(cell);
    if (value === 1) return [id];
    if (value === 0) return [];
    throw new DistillerError(
      'input',
      `${place}: label column ${id + 1} of ${cells.length} holds ${JSON.stringify(cell)}; expected 0 or 1.`,
    );
  });
}

function realValue(value: string, place: string): number {
  const number = value.trim() === '' ? NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw new DistillerError(
    'input',
    `${place}: the label is ${JSON.stringify(value)}; a regression needs a number. Mend the row or check the label column.`,
  );
}
