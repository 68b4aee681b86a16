import CliTable from 'cli-table3';

/** No frame: columns are told apart by two spaces. */
const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export interface Column {
  readonly title: string;
  /** Numbers go to the right. */
  readonly align?: 'left' | 'right';
  /** Longer cells are wrapped between words. */
  readonly width?: number;
}

/** An aligned text table under a row of titles, ending in a newline. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const grid = new CliTable({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    colWidths: columns.map(({ width }) => width ?? null),
    wordWrap: true,
    chars: NO_FRAME,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  grid.push(...rows.map((row) => [...row]));
  const lines = grid.toString().split('\n');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
