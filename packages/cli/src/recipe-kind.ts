/** What recipes are for. */
export const RECIPE_KINDS = ['distill', 'multi-task', 'finetune'] as const;

export type RecipeKind = (typeof RECIPE_KINDS)[number];

/** Told from the content: with `tasks` it distils several of them, with a `model` and no `teacher` it is for `finetune`. */
export function kindOf(recipe: unknown): RecipeKind {
  const blocks = Object(recipe) as object;
  if ('tasks' in blocks) return 'multi-task';
  return 'model' in blocks && !('teacher' in blocks) ? 'finetune' : 'distill';
}
