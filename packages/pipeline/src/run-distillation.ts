import { fingerprint, writeFileAtomically } from '@distiller/core';
import { completeDistillation } from './complete-distillation.js';
import type { DistillationParts } from './distillation.js';
import { DistillationRun } from './distillation-run.js';
import type { DistillResult } from './result.js';
import { RunFolder } from './run-folder.js';
import { runContext, type RunOptions } from './run-options.js';

/** Where a composed pipeline runs. */
export type DistillationRunOptions = Pick<
  RunOptions,
  'folder' | 'resume' | 'reporter' | 'signal' | 'onEvaluation'
> & {
  /** The resolved recipe behind the parts, if there is one; kept beside the results. */
  readonly recipe?: string;
};

/**
 * Distils a teacher into a student and compares three models: the teacher, the student trained on the labels alone,
 * and the student trained with the teacher; the two students with the same steps, seed and initial weights.
 *
 * The parts are what `distill` builds from a recipe, or what code composes; what is left out has the default of a recipe.
 * Writes the student (`student/`, Hugging Face layout), `metrics.jsonl`, `result.json` and checkpoints into the folder.
 * The parts stay the caller's: dispose of teacher and engine afterwards.
 *
 * @throws DistillerError `config` when the parts don't fit together or the folder holds another run, `cancelled` when the
 *   signal is aborted.
 */
export async function runDistillation(
  parts: DistillationParts,
  options: DistillationRunOptions,
): Promise<DistillResult> {
  const distillation = completeDistillation(parts);
  const context = runContext(options);
  const folder = await RunFolder.open(context.folder, context.resume, options.recipe);
  try {
    const run = await DistillationRun.prepare(distillation, folder, context);
    const baseline = distillation.baseline
      ? await run.train('student-no-kd', distillation.baseline)
      : undefined;
    const distilled = await run.train('student-kd');
    const rows = [
      await run.teacherRow(),
      ...(baseline ? [await run.studentRow('student-no-kd', baseline)] : []),
      await run.studentRow('student-kd', distilled),
    ];
    await run.model.save(folder.join('student'), distilled.weights);
    const recipeHash = options.recipe === undefined ? undefined : fingerprint(options.recipe);
    const result = run.result(rows, distilled, recipeHash);
    await writeFileAtomically(folder.result, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await folder.close();
  }
}
