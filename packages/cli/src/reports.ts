import type {
  DistillResult,
  Evaluation,
  FinetuneResult,
  ResultRow,
  Scores,
} from '@distiller/pipeline';
import { amount, bytes, duration } from './quantity.js';
import { table } from './table.js';

export const ROLES: Readonly<Record<ResultRow['role'], string>> = {
  teacher: 'teacher',
  'student-no-kd': 'student without KD',
  'student-kd': 'student with KD',
};

/** The comparison as a table, and what it means in one line. */
export function distillReport(result: DistillResult): string {
  const { rows, metric, scoredOn } = result;
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
  return `${comparison}\n${verdict(`${metric} (${scoredOn} split)`, result)}`;
}

/** What a comparison means in one line. @param what was measured. */
export function verdict(
  what: string,
  { retained, gain }: Pick<DistillResult, 'retained' | 'gain'>,
): string {
  const kept = `The student keeps ${(retained * 100).toFixed(1)} % of the teacher's ${what}`;
  const gained =
    gain === undefined ? '' : `; distillation gave it ${gain < 0 ? '' : '+'}${gain.toFixed(4)}`;
  return `${kept}${gained}.\n`;
}

/** Scores of a fine-tuned model, its size and its speed. */
export function finetuneReport(result: FinetuneResult): string {
  const { scores, scoredOn, parameters, latencyMs, trainSeconds, steps } = result;
  return scoresTable(scores, scoredOn, [
    ['parameters', amount(parameters)],
    ['latency', duration(latencyMs / 1000)],
    ['training', `${duration(trainSeconds)}, ${steps} steps`],
  ]);
}

/** Scores of an evaluation and the speed of the model. */
export function evaluationReport({ scores, split, examples, latencyMs }: Evaluation): string {
  return scoresTable(scores, split, [
    ['examples', String(examples)],
    ['latency', duration(latencyMs / 1000)],
  ]);
}

function scoresTable(scores: Scores, split: string, more: readonly string[][]): string {
  const rows = Object.entries(scores).map(([name, score]) => [name, scoreText(score)]);
  return table([{ title: '' }, { title: split, align: 'right' }], [...rows, ...more]);
}

/** Four decimals: one example in ten thousand shows. */
export function scoreText(score: number | undefined): string {
  return score === undefined ? '–' : score.toFixed(4);
}
