import type { MultiTaskResult } from '@distiller/pipeline';
import { amount, duration } from './quantity.js';
import { ROLES, scoreText, verdict } from './reports.js';
import { table } from './table.js';

/** A row for each task and one for the mean, a column for each model, and what it means in one line. */
export function multiTaskReport(result: MultiTaskResult): string {
  const { tasks, mean, parameters, steps } = result;
  const roles = tasks[0]?.rows.map(({ role }) => role) ?? [];
  const scores = table(
    [
      { title: '' },
      { title: 'metric' },
      { title: 'split' },
      { title: 'texts', align: 'right' },
      { title: 'batches', align: 'right' },
      ...roles.map((role) => ({ title: ROLES[role], align: 'right' as const })),
    ],
    [
      ...tasks.map(({ name, metric, scoredOn, texts, batches, rows }) => [
        name,
        metric,
        scoredOn,
        String(texts),
        String(batches),
        ...rows.map((row) => scoreText(row.scores[metric])),
      ]),
      ['mean', '', '', '', '', ...roles.map((role) => scoreText(mean[role]))],
    ],
  );
  const seconds = tasks[0]?.rows.at(-1)?.trainSeconds ?? 0;
  const student = `One student with ${tasks.length} heads: ${amount(parameters)} parameters, ${steps} steps in ${duration(seconds)}.`;
  return `${scores}\n${student}\n${verdict('mean score', result)}`;
}
