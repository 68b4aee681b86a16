import { stringify } from 'yaml';
import { validateRecipe } from '@distiller/core';
import { disposeAugmenters } from './augmentation/make-augmentation.js';
import type { Distillation } from './distillation.js';
import { DistillationRun } from './distillation-run.js';
import { makeDistillation } from './make-distillation.js';
import type { Scores } from './phase.js';
import { distillRecipe } from './recipe.js';
import { sizeOf } from './result-rows.js';
import { RunFolder } from './run-folder.js';
import { runContext, type RunOptions } from './run-options.js';

export interface TrainStudentOptions extends RunOptions {
  /** What is measured beside the student's scores; by default nothing, since it takes time. */
  readonly measure?: { readonly latency?: boolean; readonly teacher?: boolean } | undefined;
}

/** A student trained with a teacher, and nothing beside it. */
export interface StudentResult {
  /** The metric that selects. */
  readonly metric: string;
  /** On the validation split, of the weights that were kept. */
  readonly scores: Scores;
  /** On the same split, when asked for. */
  readonly teacherScores?: Scores;
  readonly parameters: number;
  readonly bytes: number;
  /** Median milliseconds for one text of median length, when asked for. */
  readonly latencyMs?: number;
  readonly trainSeconds: number;
  /** Less than the recipe's when the training was ended early. */
  readonly steps: number;
}

/**
 * Trains the student of a recipe with its teacher, and leaves out the rest of a run: the student without a teacher, the test
 * split, the exported folder. The student has the same bytes as that of `distill` on the same recipe.
 *
 * A search compares many students by it: on the validation split, so that the test split stays unseen.
 *
 * @throws DistillerError as `distill`.
 */
export async function trainStudent(
  recipe: unknown,
  options: TrainStudentOptions,
): Promise<StudentResult> {
  const resolved = validateRecipe(distillRecipe(options.registry), recipe, 'The recipe');
  const parts = await makeDistillation({ ...resolved, baseline: false }, options);
  try {
    return await trainParts(parts, stringify(resolved), options);
  } finally {
    await disposeAugmenters(parts.augmentation);
    await parts.teacher.dispose();
    await parts.engine.dispose();
  }
}

async function trainParts(
  parts: Distillation,
  recipe: string,
  options: TrainStudentOptions,
): Promise<StudentResult> {
  const context = runContext(options);
  const folder = await RunFolder.open(context.folder, context.resume, recipe);
  try {
    const run = await DistillationRun.prepare(parts, folder, context);
    const { scores, steps, trainSeconds } = await run.train('student-kd');
    const parameters = sizeOf(run.model);
    const { latency = false, teacher = false } = options.measure ?? {};
    return {
      metric: parts.task.selects,
      scores,
      ...(teacher && { teacherScores: await run.teacherScores('validation') }),
      parameters,
      bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
      ...(latency && { latencyMs: await run.studentLatency() }),
      trainSeconds,
      steps,
    };
  } finally {
    await folder.close();
  }
}
