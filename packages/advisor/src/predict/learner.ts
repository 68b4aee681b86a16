import type { Rng } from '@distiller/core';

/** What learners learn from. */
export interface LearningData {
  /** A row an observation. */
  readonly rows: readonly Float64Array[];
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** How many columns, from the first, describe the pipeline. */
  readonly pipelineColumns: number;
  /** Place of the observation among those of its task, from 0 (worst) to 1. */
  readonly targets: Float64Array;
  /** How much each observation counts; about 1. */
  readonly weights: Float64Array;
}

/** Something that learns; its result is data, which `predictRow` reads. */
export interface Learner<Model> {
  readonly name: string;
  fit(data: LearningData, rng: Rng): Model;
}
