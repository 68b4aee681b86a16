import { basename } from 'node:path';
import type { SignalStoreSummary } from '@distiller/teachers';
import { amount, bytes } from './quantity.js';
import { table } from './table.js';

/** The stores of a signal cache as a table, and a line for each flaw. */
export function cacheReport(stores: readonly SignalStoreSummary[]): string {
  if (stores.length === 0) return 'The cache is empty.\n';
  const list = table(
    [
      { title: 'store' },
      { title: 'teacher' },
      { title: 'engine' },
      { title: 'precision' },
      { title: 'signals', width: 40 },
      { title: 'texts', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'flaws', align: 'right' },
    ],
    stores.map(({ folder, header, texts, bytes: size, flaws }) => [
      basename(folder).slice(0, 12),
      header ? `${header.architecture} ${header.teacher.slice(0, 8)}` : '?',
      header?.engine ?? '?',
      header?.precision ?? '?',
      header?.signals.map(({ name }) => name).join(' ') ?? '?',
      amount(texts),
      bytes(size),
      String(flaws.length),
    ]),
  );
  const flaws = stores.flatMap((store) =>
    store.flaws.map(
      ({ path, offset, kind, problem }) => `${path}, byte ${offset}: ${kind}: ${problem}.\n`,
    ),
  );
  return flaws.length > 0 ? `${list}\n${flaws.join('')}` : list;
}
