import { applyOverrides, readRecipe, type Registry } from '@distiller/core';
import { openRegistry } from './open-registry.js';

export interface OpenRecipe {
  /** As written, with the overrides; not validated. */
  readonly recipe: unknown;
  /** Relative paths in the recipe count from here. */
  readonly folder: string;
  /** Everything that the recipe may name. */
  readonly registry: Registry;
}

/** Reads a recipe file, applies overrides such as `training.epochs=1`, and loads its plugins. */
export async function openRecipe(path: string, overrides: readonly string[]): Promise<OpenRecipe> {
  const { recipe: written, folder } = await readRecipe(path);
  const recipe = applyOverrides(written, [...overrides]);
  return { recipe, folder, registry: await openRegistry(pluginsOf(recipe), folder) };
}

/** The plugins that a recipe names. Leaves what is not a list of strings to the validation, which says it better. */
export function pluginsOf(recipe: unknown): string[] {
  const { plugins } = Object(recipe) as { plugins?: unknown };
  const isList = Array.isArray(plugins) && plugins.every((name) => typeof name === 'string');
  return isList ? plugins : [];
}
