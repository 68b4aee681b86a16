import type { Engine } from '@distiller/core';
import { disposeAugmenters } from '../augmentation/make-augmentation.js';
import { makeParts } from '../make-distillation.js';
import type { RunOptions } from '../run-options.js';
import { inTask, namedTerms, type MultiTask } from './multi-task.js';
import { recipesOf, type MultiTaskRecipe } from './multi-task-recipe.js';

/** The parts of each task of a checked recipe. The caller disposes of them; of what failed nothing is left. */
export async function makeTasks(
  recipe: MultiTaskRecipe,
  options: RunOptions,
  engine: Engine,
): Promise<MultiTask['tasks']> {
  const tasks: MultiTask['tasks'][number][] = [];
  try {
    for (const own of recipesOf(recipe)) {
      const made = await inTask(own.name, () => makeParts(own, options, engine));
      tasks.push({ ...namedTerms(own.name, made), name: own.name });
    }
    return tasks;
  } catch (error) {
    await disposeTasks(tasks);
    throw error;
  }
}

/** Lets go of the teachers and augmenters of all tasks. */
export async function disposeTasks(tasks: MultiTask['tasks']): Promise<void> {
  for (const { augmentation, teacher } of tasks) {
    await disposeAugmenters(augmentation);
    await teacher.dispose();
  }
}
