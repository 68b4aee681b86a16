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
import type { Augmentation } from './augmentation/augmentation.js';
import type { AugmentationOptions } from './augmentation/augmentation-settings.js';
import type { Mixup, MixupOptions } from './mixup/mixup-settings.js';
import type { TrainingNumbers, TrainingOptions } from './training-settings.js';

/** An objective on predictions and its factor in the total loss. */
export interface WeightedObjective {
  /** Shown in logs; no two objectives have the same. */
  readonly name: string;
  readonly weight: number;
  /** Factor on the weight that changes with the steps; by default 1 throughout. */
  readonly schedule?: Schedule | undefined;
  readonly objective: Objective;
}

/** An objective on matched layers and its factor in the total loss. */
export interface WeightedIntermediate {
  readonly name: string;
  readonly weight: number;
  /** Factor on the weight that changes with the steps; by default 1 throughout. */
  readonly schedule?: Schedule | undefined;
  readonly matching: Matching;
  /** Whether the losses of the matched pairs are added up (as in the paper) or averaged. */
  readonly reduce: 'sum' | 'mean';
  readonly objective: IntermediateObjective;
}

/** How a model is trained; the `training` block of a recipe with its components made. */
export interface TrainingPlan extends TrainingNumbers {
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
}

/** A pipeline whose parts are made. */
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
  /** How texts of the training with a teacher are augmented; by default not at all. Texts without labels never are. */
  readonly augmentation?: Augmentation | undefined;
  /** Mixes the texts of every batch of the training with a teacher; by default not. */
  readonly mixup?: Mixup | undefined;
  /**
   * What the student learns from in the training without a teacher, usually `hard-label`; undefined leaves that
   * training and its row out.
   */
  readonly baseline?: Objective | undefined;
}

/** `T` where some keys may be left out. */
type WithDefaults<T, Keys extends keyof T> = Omit<T, Keys> & Partial<Pick<T, Keys>>;

/** A pipeline as code composes it: what is left out has the default of a recipe. */
export interface DistillationParts
  extends
    Pick<Distillation, 'engine' | 'task' | 'teacher' | 'student' | 'baseline'>,
    Partial<Pick<Distillation, 'name' | 'seed'>> {
  /** Weight 1 unless told otherwise. */
  readonly objectives?: readonly WithDefaults<WeightedObjective, 'weight'>[];
  /** Weight 1 and the sum over the pairs unless told otherwise. */
  readonly intermediate?: readonly WithDefaults<WeightedIntermediate, 'weight' | 'reduce'>[];
  /** By default AdamW, and a linear schedule with warm-up. */
  readonly training?: TrainingOptions & Partial<Pick<TrainingPlan, 'optimizer' | 'schedule'>>;
  /** One augmented version of every example, made anew every 3 epochs, unless told otherwise. */
  readonly augmentation?: (AugmentationOptions & Pick<Augmentation, 'pipeline'>) | undefined;
  /** `alpha` 0.4 under the union of both masks unless told otherwise. */
  readonly mixup?: MixupOptions | undefined;
}
