import { readFile } from 'node:fs/promises';
import {
  DistillerError,
  makeFolder,
  writeFileAtomically,
  type Batch,
  type Engine,
  type Task,
  type Teacher,
  type TextModel,
  type Weights,
} from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';
import type { EncodedExamples } from '@distiller/data';
import type { TrainingPlan } from './distillation.js';
import { MetricsLog } from './metrics-log.js';
import { ModelEvaluation } from './model-evaluation.js';
import { readNote } from './note.js';
import { pairFeedback } from './pair-feedback.js';
import { selectScope } from './parameter-scope.js';
import { runPhase, type PhaseResult } from './phase.js';
import type { RunFolder } from './run-folder.js';
import type { RunContext } from './run-options.js';
import { hostInputs, stepInputs } from './step-inputs.js';
import type { StudentProgram } from './student-program.js';
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

export interface TrainedModel extends PhaseResult {
  /** Weights of the best evaluation. */
  readonly weights: Weights;
}

/** How many optimizer steps a plan makes over some texts, and how often it evaluates. */
export function stepCounts(
  plan: TrainingPlan,
  task: Task,
  texts: Pick<TrainingTexts, 'sources' | 'augmentation'>,
): StepCounts {
  const batchesPerEpoch = countBatches(texts, plan, task);
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
  const { role, plan, model, task } = training;
  const checkpoints = folder.checkpoints(role);
  const best = folder.join('checkpoints', role, 'best.safetensors');
  const done = folder.join('checkpoints', role, 'done.json');
  const finished = await readNote<{ readonly result: PhaseResult }>(done);
  if (finished) return { ...finished.result, weights: await readBest(best, checkpoints) };

  const evaluation = await ModelEvaluation.open(training.engine, model, task, 'student');
  const batches = trainingSource(
    training,
    plan,
    task,
    training.seed,
    training.totalSteps * plan.accumulate,
    context.signal,
  );
  const feedback = pairFeedback(training.program, training.engine);
  const batchAt = async (index: number) => {
    const batch = await batches.at(index);
    const epoch = Math.floor(index / batches.batchesPerEpoch);
    return training.prepare?.(batch, epoch) ?? batch;
  };
  try {
    const result = await runPhase(
      {
        role,
        engine: training.engine,
        program: training.program.program,
        weights: training.program.weights,
        plan,
        seed: training.seed,
        totalSteps: training.totalSteps,
        stepsPerEvaluation: training.stepsPerEvaluation,
        stepsPerEpoch: batches.batchesPerEpoch / plan.accumulate,
        batches: (step) =>
          Promise.all(
            Array.from({ length: plan.accumulate }, async (_, k) => ({
              ...(await stepInputs(
                await batchAt(step * plan.accumulate + k),
                training.program,
                training.teacher,
              )),
              ...hostInputs(training.program, step, training.totalSteps),
            })),
          ),
        evaluate: (weights) =>
          evaluation.score(training.validation, selectScope('student', weights)),
        feedback,
        selects: task.selects,
        saveBest: (weights) => writeSafetensors(best, selectScope('student', weights)),
        folder: checkpoints,
        reporter: context.reporter,
        signal: context.signal,
        onEvaluation: context.onEvaluation,
      },
      (keepBytes) => MetricsLog.open(folder.metrics, keepBytes),
      await metricsStart(folder, role),
    );
    await writeFileAtomically(done, `${JSON.stringify({ result }, null, 2)}\n`);
    return { ...result, weights: await readBest(best, checkpoints) };
  } finally {
    await feedback?.dispose();
    await batches.dispose();
    await evaluation.dispose();
  }
}

/** Where this phase's lines begin in the metrics file: noted before its first step, so that a resume finds it again. */
async function metricsStart(folder: RunFolder, role: string): Promise<number> {
  const note = folder.join('checkpoints', role, 'metrics-start.json');
  const known = await readNote<{ readonly bytes: number }>(note);
  if (known) return known.bytes;
  const bytes = (await readFile(folder.metrics).catch(() => Buffer.alloc(0))).length;
  await makeFolder(folder.checkpoints(role));
  await writeFileAtomically(note, `${JSON.stringify({ bytes })}\n`);
  return bytes;
}

/** @throws DistillerError `input` saying how to get the weights back. */
async function readBest(path: string, checkpoints: string): Promise<Weights> {
  try {
    return (await readSafetensors(path)).tensors as Weights;
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${(cause as Error).message} It held the trained weights: delete ${checkpoints} and resume, and they are trained again.`,
      { cause },
    );
  }
}
