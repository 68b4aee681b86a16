import { stringify } from 'yaml';
import { z } from 'zod';
import { validateRecipe, type Registry } from '@distiller/core';
import { distillRecipe, finetuneRecipe, multiTaskRecipe } from '@distiller/pipeline';
import type { OpenRecipe } from './open-recipe.js';
import { kindOf, type RecipeKind } from './recipe-kind.js';

/**
 * Checks a recipe and fills in its defaults.
 *
 * @param where names it in messages.
 * @param kind told from the content unless given.
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
  switch (kind) {
    case 'distill':
      return distillRecipe(registry);
    case 'multi-task':
      return multiTaskRecipe(registry);
    case 'finetune':
      return finetuneRecipe(registry);
  }
}
