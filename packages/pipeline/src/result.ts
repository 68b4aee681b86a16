import type { Scores } from './phase.js';

export type Role = 'teacher' | 'student-no-kd' | 'student-kd';

/** One row of the comparison. */
export interface ResultRow {
  readonly role: Role;
  /** Architecture and size in words. */
  readonly model: string;
  readonly parameters: number;
  /** Size of the weights, float32. */
  readonly bytes: number;
  /** Metrics on `scoredOn`. */
  readonly scores: Scores;
  /** Median time of one forward pass for one text of median length. */
  readonly latencyMs: number;
  /** Time spent in training steps, teacher included; 0 for the teacher. */
  readonly trainSeconds: number;
}

/** `result.json`, a stable contract. */
export interface DistillResult {
  readonly name: string;
  readonly task: string;
  /** The metric that selects. */
  readonly metric: string;
  /** The split behind the scores: `test` when it is labelled, else `validation`. */
  readonly scoredOn: 'test' | 'validation';
  readonly engine: string;
  readonly seed: number;
  readonly rows: readonly ResultRow[];
  /** Student with KD divided by teacher, on the metric. */
  readonly retained: number;
  /** Student with KD minus student without, on the metric; absent without a baseline. */
  readonly gain?: number;
  readonly examplesPerSecond: number;
  readonly steps: number;
  /** Hash of the resolved recipe; absent when the pipeline was composed in code. */
  readonly recipeHash?: string;
  readonly versions: Readonly<Record<string, string>>;
}
