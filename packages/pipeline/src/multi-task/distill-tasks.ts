import { validateRecipe } from '@distiller/core';
import { stringify } from 'yaml';
import { disposeAugmenters } from '../augmentation/make-augmentation.js';
import { makeEngine, makeParts } from '../make-distillation.js';
import type { RunOptions } from '../run-options.js';
import { inTask, namedTerms, type MultiTask } from './multi-task.js';
import { multiTaskRecipe, recipesOf } from './multi-task-recipe.js';
import type { MultiTaskResult } from './multi-task-result.js';
import { runCompleteMultiTask } from './run-multi-task.js';

/**
 * Runs a recipe with several tasks: everything is checked first, then one student is trained on all tasks with and without their teachers.
 *
 * @param recipe what a YAML, JSON or TypeScript recipe holds; relative paths count from `options.recipeFolder`.
 * @throws DistillerError `config` listing every problem of the recipe; nothing has run then.
 */
export async function distillTasks(recipe: unknown, options: RunOptions): Promise<MultiTaskResult> {
  const resolved = validateRecipe(multiTaskRecipe(options.registry), recipe, 'The recipe');
  const engine = await makeEngine(resolved, options);
  const tasks: MultiTask['tasks'][number][] = [];
  try {
    for (const own of recipesOf(resolved)) {
      const made = await inTask(own.name, () => makeParts(own, options, engine));
      tasks.push({ ...namedTerms(own.name, made), name: own.name });
    }
    const [{ seed, training }] = tasks as [MultiTask['tasks'][number]];
    const { exponent } = resolved.sampling;
    return await runCompleteMultiTask(
      { name: resolved.name, engine, seed, training, exponent, tasks },
      { ...options, recipe: stringify(resolved) },
    );
  } finally {
    for (const { augmentation, teacher } of tasks) {
      await disposeAugmenters(augmentation);
      await teacher.dispose();
    }
    await engine.dispose();
  }
}
