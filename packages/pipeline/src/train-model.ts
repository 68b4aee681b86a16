import type { Batch, Engine, Task, Teacher, TextModel } from '@distiller/core';
import type { EncodedExamples } from '@distiller/data';
import type { TrainingPlan } from './distillation.js';
import { ModelEvaluation } from './model-evaluation.js';
import { pairFeedback } from './pair-feedback.js';
import { selectScope } from './parameter-scope.js';
import type { RunFolder } from './run-folder.js';
import type { RunContext } from './run-options.js';
import { hostInputs, stepInputs } from './step-inputs.js';
import type { StudentProgram } from './student-program.js';
import { trainOnce, type OpenPhase, type TrainedModel } from './train-once.js';
import { countBatches, trainingSource, type TrainingTexts } from './training-source.js';

/** Everything that one training of one model is made of. */
export interface ModelTraining extends TrainingTexts {
  /** `student-kd`, `student-no-kd`, `model`. */
  readonly role: string;
  readonly engine: Engine;
  readonly task: Task;
  readonly model: TextModel;
  readonly program: StudentProgram;
  /** Changes a batch before it is used, by the epoch that it belongs to. */
  prepare?(batch: Batch, epoch: number): Batch;
  /** Absent when the model learns from labels alone. */
  readonly teacher?: Teacher | undefined;
  readonly plan: TrainingPlan;
  readonly seed: number;
  readonly validation: EncodedExamples;
  readonly totalSteps: number;
  readonly stepsPerEvaluation: number;
}

export type StepCounts = Pick<ModelTraining, 'totalSteps' | 'stepsPerEvaluation'>;

/** How many optimizer steps a plan makes over some texts, and how often it evaluates. */
export function stepCounts(
  plan: TrainingPlan,
  task: Task,
  texts: Pick<TrainingTexts, 'sources' | 'augmentation'>,
): StepCounts {
  return stepCountsOf(plan, countBatches(texts, plan, task));
}

/** The same for a known number of batches in an epoch. */
export function stepCountsOf(plan: TrainingPlan, batchesPerEpoch: number): StepCounts {
  const planned = Math.max(1, Math.floor((batchesPerEpoch * plan.epochs) / plan.accumulate));
  return {
    totalSteps: Math.min(planned, plan.maxSteps ?? planned),
    stepsPerEvaluation:
      plan.evaluateEvery ?? Math.max(1, Math.floor(batchesPerEpoch / plan.accumulate)),
  };
}

/** Trains one model to its end, or goes on with a training that was cut off. */
export async function trainModel(
  training: ModelTraining,
  folder: RunFolder,
  context: RunContext,
): Promise<TrainedModel> {
  return trainOnce(training.role, folder, context, () => openTraining(training, context));
}

async function openTraining(training: ModelTraining, { signal }: RunContext): Promise<OpenPhase> {
  const { engine, plan, model, task, program, seed, totalSteps } = training;
  const evaluation = await ModelEvaluation.open(engine, model, task, 'student');
  const end = totalSteps * plan.accumulate;
  const batches = trainingSource(training, plan, task, seed, end, signal);
  const feedback = pairFeedback(program, engine);
  const batchAt = async (index: number) => {
    const batch = await batches.at(index);
    const epoch = Math.floor(index / batches.batchesPerEpoch);
    return training.prepare?.(batch, epoch) ?? batch;
  };
  return {
    phase: {
      engine,
      program: program.program,
      weights: program.weights,
      plan,
      seed,
      totalSteps,
      stepsPerEvaluation: training.stepsPerEvaluation,
      stepsPerEpoch: batches.batchesPerEpoch / plan.accumulate,
      batches: (step) =>
        Promise.all(
          Array.from({ length: plan.accumulate }, async (_, k) => ({
            ...(await stepInputs(
              await batchAt(step * plan.accumulate + k),
              program,
              training.teacher,
            )),
            ...hostInputs(program, step, totalSteps),
          })),
        ),
      evaluate: (weights) => evaluation.score(training.validation, selectScope('student', weights)),
      feedback,
      selects: task.selects,
    },
    kept: (weights) => selectScope('student', weights),
    async dispose() {
      await feedback?.dispose();
      await batches.dispose();
      await evaluation.dispose();
    },
  };
}
