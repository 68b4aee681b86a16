import type { DistillResult, ResultRow, Role } from '../result.js';

/** What came out for one of the tasks. */
export interface TaskOutcome extends Pick<
  DistillResult,
  'task' | 'metric' | 'scoredOn' | 'rows' | 'retained' | 'gain'
> {
  /** As the recipe calls it. */
  readonly name: string;
  /** Training texts, those without labels included. */
  readonly texts: number;
  /** Probability of a batch to be of this task. */
  readonly share: number;
  /** Batches of this task that each student was planned to see. */
  readonly batches: number;
}

/** `result.json` of a distillation of several tasks, a stable contract. */
export interface MultiTaskResult extends Omit<
  DistillResult,
  'task' | 'metric' | 'scoredOn' | 'rows'
> {
  readonly tasks: readonly TaskOutcome[];
  /** Mean over the tasks of the metric that selects on each; `retained` and `gain` are those of these means. */
  readonly mean: Readonly<Partial<Record<Role, number>>>;
  /** Parameters of the one student with the heads of all tasks. */
  readonly parameters: number;
}

/** The score that decides, of a role. */
export function scoreOf(
  rows: readonly ResultRow[],
  metric: string,
  role: Role,
): number | undefined {
  return rows.find((row) => row.role === role)?.scores[metric];
}
