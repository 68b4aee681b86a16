import {
  createRng,
  DistillerError,
  validateRecipe,
  type Batch,
  type SignalNeeds,
  type Teacher,
} from '@distiller/core';
import { evaluationBatches } from '@distiller/data';
import type { Distillation } from './distillation.js';
import { EncodedSplits } from './encoded-splits.js';
import { makeDistillation } from './make-distillation.js';
import { distillRecipe } from './recipe.js';
import { runContext, type RunContext, type RunOptions } from './run-options.js';
import { isNeeded } from './step-inputs.js';
import { studentProgram } from './student-program.js';

export interface CachedSignalsResult {
  /** Texts of all splits that the student learns from. */
  readonly texts: number;
  /** Answered by the model now. */
  readonly computed: number;
  /** Known before. */
  readonly cached: number;
}

/**
 * Asks the teacher of a recipe for everything that its run will want, so that the run finds it in the cache. Can be
 * stopped and started again at any time.
 *
 * @throws DistillerError `config` when the recipe is wrong, wants nothing of the teacher, or its teacher keeps nothing;
 *   `cancelled` when the signal is aborted.
 */
export async function cacheSignals(
  recipe: unknown,
  options: RunOptions,
): Promise<CachedSignalsResult> {
  const resolved = validateRecipe(distillRecipe(options.registry), recipe, 'The recipe');
  const parts = await makeDistillation(resolved, options);
  try {
    return await cacheAll(parts, runContext(options));
  } finally {
    await parts.teacher.dispose();
    await parts.engine.dispose();
  }
}

async function cacheAll(parts: Distillation, context: RunContext): Promise<CachedSignalsResult> {
  const { task, teacher, training } = parts;
  // As the run builds it: how long its texts may be and which layers it learns from decide what is asked.
  const rng = createRng(parts.seed);
  const student = await parts.student.build({
    task,
    rng: rng.derive('student'),
    ...(teacher.model ? { teacher: teacher.model } : {}),
  });
  const { needs } = studentProgram({
    model: student,
    teacher: teacher.description,
    objectives: parts.objectives,
    intermediate: parts.intermediate,
    rng: rng.derive('student-program'),
  });
  if (!isNeeded(needs)) {
    throw new DistillerError(
      'config',
      'The recipe wants nothing of its teacher, so there is nothing to cache: add an objective that reads the teacher.',
    );
  }
  const splits = new EncodedSplits(
    task,
    { student, teacher: teacher.model ?? student },
    training.maxLength,
    context,
  );
  const sources = [
    await splits.get('train'),
    ...(splits.has('transfer') ? [await splits.get('transfer')] : []),
  ];
  const total = sources.reduce((sum, { examples }) => sum + examples.length, 0);
  let done = 0;
  for (const source of sources) {
    const batches = evaluationBatches(source, {
      size: training.batchSize,
      leader: 'teacher',
      kind: task.kind,
    });
    for (const batch of batches) {
      if (context.signal.aborted) {
        throw new DistillerError(
          'cancelled',
          `Stopped after the signals of ${done} of ${total} texts. They are kept: run the same command to go on.`,
        );
      }
      await teacher.signals(batch, needs);
      if (done === 0) await assertKept(teacher, batch, needs);
      done += batch.examples.length;
      context.reporter.progress({ stage: 'teacher signals', done, total, unit: 'texts' });
    }
  }
  const { computed } = teacher.statistics();
  return { texts: total, computed, cached: total - computed };
}

/** Asks for a batch again: a teacher with a cache does not compute it twice. */
async function assertKept(teacher: Teacher, batch: Batch, needs: SignalNeeds): Promise<void> {
  const { computed } = teacher.statistics();
  await teacher.signals(batch, needs);
  if (teacher.statistics().computed === computed) return;
  throw new DistillerError(
    'config',
    'The teacher of this recipe keeps nothing on disk. Give it a cache, e.g. `teacher: { use: bert, model: …, signals: { cache: {} } }`.',
  );
}
