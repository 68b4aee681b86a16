import type { Registry, Task } from '@distiller/core';
import { assertObjectivesSuit } from './assert-suits.js';
import { assertAugmentationSuits } from './augmentation/complete-augmentation.js';
import { makeIntermediate, makeObjectives, makeTrainingPlan } from './make-distillation.js';
import type { DistillRecipe } from './recipe.js';
import { serviceBindings } from './run-options.js';

export interface RecipeCheckOptions {
  /** Holds every component that the recipes name. */
  readonly registry: Registry;
  /** Relative paths in the recipes count from here. */
  readonly recipeFolder?: string | undefined;
}

/**
 * A check of recipes before anything is trained: data are read, once for recipes that have the same, and objectives and augmentation
 * are asked whether they suit them. No model is loaded, no engine started.
 *
 * @returns a function that throws DistillerError as a run of the recipe would.
 */
export function recipeCheck(options: RecipeCheckOptions): (recipe: DistillRecipe) => Promise<void> {
  const { registry } = options;
  const tasks = new Map<string, Promise<Task>>();
  return async ({ seed, ...recipe }) => {
    const key = JSON.stringify([seed, recipe.task]);
    const services = serviceBindings({ ...options, folder: '.' }, seed);
    const made = tasks.get(key) ?? registry.create('task', recipe.task, services('task'));
    tasks.set(key, made);
    const task = await made;
    const objectives = await makeObjectives(recipe.objectives, registry);
    const intermediate = await makeIntermediate(recipe.intermediate, registry);
    assertObjectivesSuit(objectives, intermediate, task);
    const training = await makeTrainingPlan(recipe.training, registry);
    if (recipe.augmentation) assertAugmentationSuits(recipe.augmentation, training, task);
  };
}
