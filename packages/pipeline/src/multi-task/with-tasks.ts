import type { Engine } from '@distiller/core';
import { disposeAugmenters } from '../augmentation/make-augmentation.js';
import { makeEngine, makeParts } from '../make-distillation.js';
import type { RunOptions } from '../run-options.js';
import { inTask, namedTerms, type MultiTask } from './multi-task.js';
import { recipesOf, type MultiTaskRecipe } from './multi-task-recipe.js';

/** Makes the engine and the parts of each task of a checked recipe, and disposes of them after `body`, whatever came of it. */
export async function withTasks<T>(
  recipe: MultiTaskRecipe,
  options: RunOptions,
  body: (engine: Engine, tasks: MultiTask['tasks']) => Promise<T>,
): Promise<T> {
  const engine = await makeEngine(recipe, options);
  const tasks: MultiTask['tasks'][number][] = [];
  try {
    for (const own of recipesOf(recipe)) {
      const made = await inTask(own.name, () => makeParts(own, options, engine));
      tasks.push({ ...namedTerms(own.name, made), name: own.name });
    }
    return await body(engine, tasks);
  } finally {
    for (const { augmentation, teacher } of tasks) {
      await disposeAugmenters(augmentation);
      await teacher.dispose();
    }
    await engine.dispose();
  }
}
