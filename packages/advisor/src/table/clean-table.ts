import { groupBy } from '../group-by.js';
import type { TableRow } from './original-table.js';

/**
 * What makes a row of the original table mean something else than it says.
 *
 * - `no-signal`: similarity of sentences (STS-B) with a softmax cross-entropy on its one logit, which is 0 whatever the student
 *   says, so that its head was never trained.
 * - `other-metric`: accuracy on MRPC, whose other rows are F1.
 * - `no-mapping`: transport between layers that was off. Runs with several losses have the very same score, so none had an effect.
 */
export type Flaw = 'no-signal' | 'other-metric' | 'no-mapping';

/** Pairs in MRPC's validation set. */
const MRPC_PAIRS = 408;

/** The flaws of each row: none for most. */
export function flawsOf(rows: readonly TableRow[]): readonly (readonly Flaw[])[] {
  const unmapped = unmappedRows(rows);
  return rows.map((row) => {
    const flaws: Flaw[] = [];
    if (row.task === 'stsb' && row.configuration['kd'] === 'ce') flaws.push('no-signal');
    if (row.task === 'mrpc' && isAccuracy(row.score)) flaws.push('other-metric');
    if (unmapped.has(row)) flaws.push('no-mapping');
    return flaws;
  });
}

/** The rows without a flaw. */
export function cleanTable(rows: readonly TableRow[]): readonly TableRow[] {
  const flaws = flawsOf(rows);
  return rows.filter((_, i) => flaws[i]?.length === 0);
}

/** Whether a score is a whole number of MRPC's pairs. F1 reaches such values only above .875 in this table. */
function isAccuracy(score: number): boolean {
  const right = score * MRPC_PAIRS;
  return Math.abs(right - Math.round(right)) < 0.01 && score < 0.875;
}

/** Rows of transport whose score other losses reached exactly, everything but the models being equal. */
function unmappedRows(rows: readonly TableRow[]): ReadonlySet<TableRow> {
  const transported = rows.filter(({ configuration }) => configuration['map'] === 'emd');
  const groups = groupBy(transported, ({ task, configuration, score }) =>
    JSON.stringify([task, configuration['kd'], configuration['mixup'], score]),
  );
  const equal = [...groups.values()].filter(
    (group) => new Set(group.map(({ configuration: c }) => `${c['loss']} ${c['alpha']}`)).size > 1,
  );
  return new Set(equal.flat());
}
