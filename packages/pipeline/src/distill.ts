import { validateRecipe } from '@distiller/core';
import { stringify } from 'yaml';
import { disposeAugmenters } from './augmentation/make-augmentation.js';
import { makeDistillation } from './make-distillation.js';
import { distillRecipe } from './recipe.js';
import type { DistillResult } from './result.js';
import { runDistillation } from './run-distillation.js';
import type { RunOptions } from './run-options.js';

/**
 * Runs a recipe: everything is checked first, then the student is trained with and without the teacher.
 *
 * @param recipe what a YAML, JSON or TypeScript recipe holds; relative paths count from `options.recipeFolder`.
 * @throws DistillerError `config` listing every problem of the recipe; nothing has run then.
 */
export async function distill(recipe: unknown, options: RunOptions): Promise<DistillResult> {
  const resolved = validateRecipe(distillRecipe(options.registry), recipe, 'The recipe');
  const parts = await makeDistillation(resolved, options);
  try {
    return await runDistillation(parts, { ...options, recipe: stringify(resolved) });
  } finally {
    await disposeAugmenters(parts.augmentation);
    await parts.teacher.dispose();
    await parts.engine.dispose();
  }
}
