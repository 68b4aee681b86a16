import type {
  Engine,
  IntermediateObjective,
  Matching,
  Objective,
  Optimizer,
  Schedule,
  Student,
  Task,
  Teacher,
} from '@distiller/core';

/** An objective on predictions and its factor in the total loss. */
export interface WeightedObjective {
  /** Shown in logs. */
  readonly name: string;
  readonly weight: number;
  readonly objective: Objective;
}

/** An objective on matched layers and its factor in the total loss. */
export interface WeightedIntermediate {
  readonly name: string;
  readonly weight: number;
  readonly matching: Matching;
  /** Whether the losses of the matched pairs are added up (as in the paper) or averaged. */
  readonly reduce: 'sum' | 'mean';
  readonly objective: IntermediateObjective;
}

/** How a model is trained; the `training` block of a recipe with its components made. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly maxSteps?: number | undefined;
  readonly batchSize: number;
  readonly tokenBudget?: number | undefined;
  readonly lengths?: readonly number[] | undefined;
  readonly accumulate: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly evaluateEvery?: number | undefined;
  readonly patience?: number | undefined;
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  readonly logEvery: number;
}

/** A pipeline whose parts are made: what `distill` builds from a recipe, or what code composes directly. */
export interface Distillation {
  readonly name: string;
  /** Unsigned 32-bit; decides initial weights, data order and dropout. */
  readonly seed: number;
  readonly engine: Engine;
  readonly task: Task;
  readonly teacher: Teacher;
  readonly student: Student;
  readonly objectives: readonly WeightedObjective[];
  readonly intermediate: readonly WeightedIntermediate[];
  readonly training: TrainingPlan;
  /** What the student without a teacher learns from: usually `hard-label`. */
  readonly labelObjective: Objective;
  /** Also train the student without the teacher, for the comparison; true unless told otherwise. */
  readonly baseline: boolean;
}
