import type { DistillResult, ResultRow } from '@distiller/pipeline';
import { amount, bytes, duration, figure } from './quantity.js';
import { table } from './table.js';

const ROLES: Readonly<Record<ResultRow['role'], string>> = {
  teacher: 'teacher',
  'student-no-kd': 'student without KD',
  'student-kd': 'student with KD',
};

/** The comparison as a table, and what it means in one line. */
export function distillReport({ rows, metric, scoredOn, retained, gain }: DistillResult): string {
  const metrics = Object.keys(rows[0]?.scores ?? {});
  const comparison = table(
    [
      { title: '' },
      { title: 'model' },
      { title: 'parameters', align: 'right' },
      { title: 'size', align: 'right' },
      ...metrics.map((title) => ({ title, align: 'right' as const })),
      { title: 'latency', align: 'right' },
      { title: 'training', align: 'right' },
    ],
    rows.map((row) => [
      ROLES[row.role],
      row.model,
      amount(row.parameters),
      bytes(row.bytes),
      ...metrics.map((name) => scoreText(row.scores[name])),
      duration(row.latencyMs / 1000),
      row.role === 'teacher' ? '–' : duration(row.trainSeconds),
    ]),
  );
  const kept = `The student keeps ${(retained * 100).toFixed(1)} % of the teacher's ${metric} (${scoredOn} split)`;
  const gained =
    gain === undefined ? '' : `; distillation gave it ${gain < 0 ? '' : '+'}${gain.toFixed(4)}`;
  return `${comparison}\n${kept}${gained}.\n`;
}

/** Four decimals: one example in ten thousand shows. */
export function scoreText(score: number | undefined): string {
  return score === undefined ? '–' : score.toFixed(4);
}

/** Two columns, names and figures. */
export function scoresText(scores: Readonly<Record<string, number>>): string {
  const rows = Object.entries(scores).map(([name, score]) => [name, scoreText(score)]);
  return table([{ title: 'metric' }, { title: 'score', align: 'right' }], rows);
}
