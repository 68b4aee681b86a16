import { z } from 'zod';
import { API_VERSION, type Plugin, type Token } from './component.js';
import { DistillerError } from './errors.js';
import { validateRecipe } from './validate-recipe.js';

const component = z.object({
  kind: z.string().min(1),
  name: z
    .string()
    .regex(
      /^[a-z0-9]+(-[a-z0-9]+)*(@\d+)?$/,
      'must be kebab-case, as in "soft-target" or "soft-target@2"',
    ),
  summary: z.string(),
  settings: z
    .custom<z.ZodObject>(isStrictObject, 'must be a z.strictObject(…) of zod 4')
    .refine(
      (settings) => !('use' in settings.shape),
      'has a setting "use", which is the name itself',
    ),
  needs: z.record(
    z.string(),
    z.custom<Token<unknown>>(isToken, 'must be made with token(…) of @distiller/core'),
  ),
  create: z.custom((value) => typeof value === 'function', 'must be a function'),
});

const contract = z.object({
  name: z.string().min(1),
  apiVersion: z.string(),
  module: z.string().optional(),
  components: z.array(component),
});

/**
 * Checks what a plugin exports, since its author may have written plain JavaScript.
 *
 * @param where names the plugin in messages when it can't name itself, e.g. the path of its module.
 * @throws DistillerError `plugin` when it was written for another API version or is malformed.
 */
export function assertPlugin(value: unknown, where: string): asserts value is Plugin {
  const { name, apiVersion } = (value ?? {}) as Partial<Plugin>;
  const who = typeof name === 'string' ? `Plugin "${name}"` : where;
  // First, because a plugin for another version may well look different.
  if (apiVersion !== undefined) assertApiVersion(apiVersion, who);
  validateRecipe(contract, value, who, 'plugin');
}

/** @throws DistillerError `plugin` when `who` was written for another version of the plugin contract. */
export function assertApiVersion(apiVersion: unknown, who: string): void {
  if (apiVersion === API_VERSION) return;
  throw new DistillerError(
    'plugin',
    `${who} was written for plugin API ${JSON.stringify(apiVersion)}, but this is Distiller with plugin API "${API_VERSION}". ` +
      'Install a version of the plugin, or of Distiller, that fits the other.',
  );
}

function isStrictObject(value: unknown): boolean {
  return value instanceof z.ZodObject && value._zod.def.catchall instanceof z.ZodNever;
}

function isToken(value: unknown): boolean {
  return typeof (value as Partial<Token<unknown>> | undefined)?.symbol === 'symbol';
}
