import { stringify } from 'csv-stringify/sync';
import { studyOf, type StudyState, type StudySummary } from '@distiller/search';
import { figure } from './quantity.js';
import { table } from './table.js';

/** How a study stands: counts, and the best trial with what it chose. */
export function studyReport(summary: StudySummary): string {
  const { name, trials, complete, pruned, failed, unfinished } = summary;
  const counts = [
    `${complete} complete`,
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unfinished.length > 0 ? [`${unfinished.length} unfinished`] : []),
  ];
  return `${name}: ${trials} trials, ${counts.join(', ')}.\n${bestReport(summary)}${frontReport(summary)}`;
}

/** The trials that none surpasses in all objectives; nothing with one objective. */
function frontReport({ front, objectives }: StudySummary): string {
  if (!front || front.length === 0) return '';
  const columns = objectives.map(({ name }) => ({ title: name, align: 'right' as const }));
  const rows = front.map(({ trial, values }) => [
    `trial ${trial}`,
    ...values.map((value) => valueText(value, undefined)),
  ]);
  return `\n${table([{ title: 'front' }, ...columns], rows)}`;
}

/** The best trial: its values, and what it chose. */
export function bestReport({ best, objectives }: StudySummary): string {
  if (!best) return 'No trial is complete yet.\n';
  const rows = [
    ...objectives.map(({ name, direction }, i) => [
      `${name} (${direction})`,
      valueText(best.values[i], best.spread?.[i]),
    ]),
    ...Object.entries(best.configuration).map(([name, value]) => [name, String(value)]),
  ];
  return table([{ title: 'best' }, { title: `trial ${best.trial}`, align: 'right' }], rows);
}

/** One row a trial: its parameters, its values, and how it ended. */
export function studyCsv(state: StudyState): string {
  const { space, objectives } = studyOf(state);
  const rows = state.trials.map(({ number, configuration, outcome }) => {
    const values = outcome?.state === 'complete' ? outcome.values : [];
    const spread = outcome?.state === 'complete' ? outcome.spread : undefined;
    const runs = outcome && 'runs' in outcome ? outcome.runs : [];
    return {
      trial: number,
      state: outcome?.state ?? 'unfinished',
      ...Object.fromEntries(space.parameters.map(({ name }) => [name, configuration[name]])),
      ...Object.fromEntries(objectives.map(({ name }, i) => [`value:${name}`, values[i]])),
      ...Object.fromEntries(objectives.map(({ name }, i) => [`spread:${name}`, spread?.[i]])),
      runs: runs.length,
      steps: sum(runs.map(({ steps }) => steps)),
      trainSeconds: sum(runs.map(({ trainSeconds }) => trainSeconds)).toFixed(3),
      reason: outcome?.state === 'failed' ? outcome.reason : '',
    };
  });
  return stringify(rows, { header: true, cast: { boolean: String } });
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function valueText(value: number | undefined, spread: number | undefined): string {
  if (value === undefined) return '–';
  const text = Number.isInteger(value) ? String(value) : value.toFixed(4);
  return spread === undefined ? text : `${text} ± ${figure(spread)}`;
}
