import { DistillerError, validateRecipe } from '@distiller/core';
import { evaluationBatches } from '@distiller/data';
import { disposeAugmenters } from './augmentation/make-augmentation.js';
import type { Distillation } from './distillation.js';
import { makeDistillation } from './make-distillation.js';
import { prepareStudent, type PreparedStudent } from './prepare-student.js';
import { distillRecipe } from './recipe.js';
import { runContext, type RunContext, type RunOptions } from './run-options.js';

export interface CachedSignalsResult {
  /** Texts that the teacher was asked about. */
  readonly computed: number;
  /** Texts whose signals were known already. */
  readonly cached: number;
}

/** Texts that are handed to the teacher at a time. */
const BATCH = 64;

/**
 * Asks the teacher of a recipe for the signals of every training text, so that they are in its cache before the run.
 * Can be stopped and started again; texts that are known already are not computed again. Augmented texts are made during
 * the run, and their signals are kept then.
 *
 * @throws DistillerError `config` for a wrong recipe or a teacher that keeps nothing; `cancelled` when the signal is aborted.
 */
export async function cacheSignals(
  recipe: unknown,
  options: RunOptions,
): Promise<CachedSignalsResult> {
  const resolved = validateRecipe(distillRecipe(options.registry), recipe, 'The recipe');
  const context = runContext(options);
  const parts = await makeDistillation(resolved, options);
  try {
    if (!parts.teacher.keepsSignals) {
      throw new DistillerError(
        'config',
        'teacher: it keeps no signals, so there is nothing to build. Give it a cache, e.g. `signals: { cache: {} }`.',
      );
    }
    return await askTeacher(parts, await prepareStudent(parts, context), context);
  } finally {
    await disposeAugmenters(parts.augmentation);
    await parts.teacher.dispose();
    await parts.engine.dispose();
  }
}

/** Asks for what the student's losses need of every text that it will be trained on. */
export async function askTeacher(
  { teacher, task }: Pick<Distillation, 'teacher' | 'task'>,
  { program, labelled, transfer }: PreparedStudent,
  { signal, reporter }: RunContext,
): Promise<CachedSignalsResult> {
  const total = [labelled, ...transfer].reduce((sum, { examples }) => sum + examples.length, 0);
  let done = 0;
  for (const texts of [labelled, ...transfer]) {
    for (const batch of evaluationBatches(texts, {
      size: BATCH,
      leader: 'teacher',
      kind: task.kind,
      outputs: task.outputs,
    })) {
      if (signal.aborted) {
        throw new DistillerError(
          'cancelled',
          `Stopped after ${done} of ${total} texts. What was computed is kept: run the same command to go on.`,
        );
      }
      await teacher.signals(batch, program.needs);
      done += batch.examples.length;
      reporter.progress({ stage: 'teacher signals', done, total, unit: 'texts' });
    }
  }
  return teacher.statistics();
}
