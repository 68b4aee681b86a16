export { cacheSignals, type CachedSignalsResult } from './cache-signals.js';
export type {
  Distillation,
  DistillationParts,
  TrainingPlan,
  WeightedIntermediate,
  WeightedObjective,
} from './distillation.js';
export { distill } from './distill.js';
export { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
export { finetune, type FinetuneResult } from './finetune.js';
export { limitedTask } from './limited-task.js';
export { cacheTaskSignals } from './multi-task/cache-task-signals.js';
export { distillTasks } from './multi-task/distill-tasks.js';
export type { MultiTaskMember, MultiTaskParts } from './multi-task/multi-task.js';
export { multiTaskRecipe, type MultiTaskRecipe } from './multi-task/multi-task-recipe.js';
export type { MultiTaskResult, TaskOutcome } from './multi-task/multi-task-result.js';
export { runMultiTask } from './multi-task/run-multi-task.js';
export { modelProgram, portableProgram } from './model-program.js';
export type { Scores } from './phase.js';
export { labelObjective, teacherObjective } from './objective-of-loss.js';
export type { Prediction } from './interpret-logits.js';
export { predict, type PredictOptions } from './predict.js';
export {
  distillRecipe,
  finetuneRecipe,
  type DistillRecipe,
  type FinetuneRecipe,
} from './recipe.js';
export { recipeCheck, type RecipeCheckOptions } from './recipe-check.js';
export type { DistillResult, ResultRow, Role } from './result.js';
export { runDistillation, type DistillationRunOptions } from './run-distillation.js';
export type { Augmentation, NamedAugmenter, WorkerPipeline } from './augmentation/augmentation.js';
export type { AugmentationOptions } from './augmentation/augmentation-settings.js';
export type { MixupOptions } from './mixup/mixup-settings.js';
export { augmentedSet, type AugmentedSetOptions } from './augmentation/augmented-set.js';
export { openRewriter, type Rewriter } from './augmentation/rewriter.js';
export type { TextJob } from './augmentation/run-augmenters.js';
export type { EvaluationListener, RunOptions, TrainingEvaluation } from './run-options.js';
export { trainStudent, type StudentResult, type TrainStudentOptions } from './train-student.js';
export {
  studentProgram,
  type StudentProgram,
  type StudentProgramOptions,
} from './student-program.js';
export { pairFeedback } from './pair-feedback.js';
export type { StepFeedback } from './step-feedback.js';
