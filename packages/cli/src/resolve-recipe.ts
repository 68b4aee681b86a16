import { stringify } from 'yaml';
import { z } from 'zod';
import { validateRecipe, type Registry } from '@distiller/core';
import { distillRecipe, finetuneRecipe } from '@distiller/pipeline';
import type { OpenRecipe } from './open-recipe.js';

export type RecipeKind = 'distill' | 'finetune';

/**
 * Checks a recipe and fills in its defaults.
 *
 * @param where names it in messages.
 * @param kind told from the content unless given: a recipe with a `model` and no `teacher` is for `finetune`.
 * @throws DistillerError `config` with every problem and its path.
 */
export function resolveRecipe(
  { recipe, registry }: OpenRecipe,
  where: string,
  kind: RecipeKind = kindOf(recipe),
): { readonly kind: RecipeKind; readonly recipe: unknown } {
  return { kind, recipe: validateRecipe(schemaOf(registry, kind), recipe, where) };
}

/** A resolved recipe as YAML. */
export function recipeYaml(recipe: unknown): string {
  return stringify(recipe);
}

/** JSON schema of recipes as people write them. */
export function recipeSchema(registry: Registry, kind: RecipeKind): object {
  return z.toJSONSchema(schemaOf(registry, kind), { io: 'input' });
}

function schemaOf(registry: Registry, kind: RecipeKind): z.ZodType {
  return kind === 'distill' ? distillRecipe(registry) : finetuneRecipe(registry);
}

function kindOf(recipe: unknown): RecipeKind {
  const blocks = Object(recipe) as object;
  return 'model' in blocks && !('teacher' in blocks) ? 'finetune' : 'distill';
}
