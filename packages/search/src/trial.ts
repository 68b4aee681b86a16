import type { Configuration } from './space.js';

/** An objective of a study: a name of a score of the run, and which way is better. */
export interface StudyObjective {
  readonly name: string;
  readonly direction: 'maximise' | 'minimise';
}

/** How a trial stands. */
export type TrialState = 'running' | 'complete' | 'pruned' | 'failed';

/** What a trial had reached after some training. */
export interface TrialReport {
  /** Training done, in the study's unit of budget (1 = the shortest rung). */
  readonly budget: number;
  /** Of the study's first objective. */
  readonly value: number;
}

/** One configuration, trained. */
export interface Trial {
  /** From 0, in the order in which the sampler proposed them. */
  readonly number: number;
  readonly configuration: Configuration;
  readonly state: TrialState;
  /** By increasing budget. */
  readonly reports: readonly TrialReport[];
  /** One value an objective of the study, in its order; absent unless complete. */
  readonly values?: readonly number[];
}
