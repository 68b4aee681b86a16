import { DistillerError, validateRecipe } from '@distiller/core';
import { askTeacher, type CachedSignalsResult } from '../cache-signals.js';
import { prepareStudent } from '../prepare-student.js';
import { runContext, type RunOptions } from '../run-options.js';
import { inTask } from './multi-task.js';
import { multiTaskRecipe } from './multi-task-recipe.js';
import { studentForAll } from './texts-of-all.js';
import { withTasks } from './with-tasks.js';

/**
 * Like `cacheSignals`, for a recipe with several tasks: asks the teacher of every task about that task's training texts.
 * Tasks whose teachers keep nothing are passed over.
 *
 * @throws DistillerError `config` for a wrong recipe, or when none of the teachers keeps anything; `cancelled` when the signal is aborted.
 */
export async function cacheTaskSignals(
  recipe: unknown,
  options: RunOptions,
): Promise<CachedSignalsResult> {
  const resolved = validateRecipe(multiTaskRecipe(options.registry), recipe, 'The recipe');
  const context = runContext(options);
  return withTasks(resolved, options, async (_, tasks) => {
    const all = tasks.map(({ task }) => task);
    const keeping = tasks.filter(({ teacher }) => teacher.keepsSignals);
    if (keeping.length === 0)
      throw new DistillerError(
        'config',
        'None of the teachers keeps signals, so there is nothing to build. Give one a cache, e.g. `signals: { cache: {} }`.',
      );
    const total = { computed: 0, cached: 0 };
    for (const member of keeping) {
      const student = studentForAll(member.student, all);
      const { computed, cached } = await inTask(member.name, async () =>
        askTeacher(member, await prepareStudent({ ...member, student }, context), context),
      );
      total.computed += computed;
      total.cached += cached;
    }
    return total;
  });
}
