import { validateRecipe } from '@distiller/core';
import { stringify } from 'yaml';
import type { RunOptions } from '../run-options.js';
import type { MultiTask } from './multi-task.js';
import { multiTaskRecipe } from './multi-task-recipe.js';
import type { MultiTaskResult } from './multi-task-result.js';
import { runCompleteMultiTask } from './run-multi-task.js';
import { withTasks } from './with-tasks.js';

/**
 * Runs a recipe with several tasks: everything is checked first, then one student is trained on all tasks with and without their teachers.
 *
 * @param recipe what a YAML, JSON or TypeScript recipe holds; relative paths count from `options.recipeFolder`.
 * @throws DistillerError `config` listing every problem of the recipe; nothing has run then.
 */
export async function distillTasks(recipe: unknown, options: RunOptions): Promise<MultiTaskResult> {
  const resolved = validateRecipe(multiTaskRecipe(options.registry), recipe, 'The recipe');
  return withTasks(resolved, options, async (engine, tasks) => {
    const [{ seed, training }] = tasks as [MultiTask['tasks'][number]];
    const { exponent } = resolved.sampling;
    return runCompleteMultiTask(
      { name: resolved.name, engine, seed, training, exponent, tasks },
      { ...options, recipe: stringify(resolved) },
    );
  });
}
