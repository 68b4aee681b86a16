import { z } from 'zod';
import type { Kind } from './component.js';

/** Key of a schema's metadata under which the kind stands. */
const COMPONENT = 'component';

/**
 * A setting that names another component, with its settings beside the name: `translator: { use: apertium, … }`. What is written there
 * is checked, and its defaults filled in, together with the recipe; the component that has the setting makes it with the service
 * `COMPONENTS`. May be described, made optional, put in lists and blocks.
 */
export function componentChoice(kind: Kind) {
  return z.looseObject({ use: z.string() }).meta({ [COMPONENT]: kind });
}

/**
 * Puts schemas of components in the places of `componentChoice`.
 *
 * @param slot the schema of a place that takes a component of a kind; asked for when something is parsed, so that components may
 *   name others of their own kind.
 * @returns the same schema when it names no component.
 */
export function withChoices<Schema extends z.ZodType>(
  schema: Schema,
  slot: (kind: Kind) => z.ZodType,
): Schema {
  const { description, [COMPONENT]: kind } = schema.meta() ?? {};
  if (typeof kind === 'string') {
    const place = z.lazy(() => slot(kind as Kind));
    return (description === undefined ? place : place.describe(description)) as never;
  }
  const { def } = schema._zod as unknown as { readonly def: Readonly<Record<string, unknown>> };
  const changed: Record<string, unknown> = {};
  for (const part of ['innerType', 'element'] as const) {
    if (!(def[part] instanceof z.ZodType)) continue;
    const replaced = withChoices(def[part], slot);
    if (replaced !== def[part]) changed[part] = replaced;
  }
  if (schema instanceof z.ZodObject) {
    const shape = choicesInShape(schema.shape, slot);
    if (shape !== schema.shape) changed['shape'] = shape;
  }
  if (Object.keys(changed).length === 0) return schema;
  return z.core.clone(schema, { ...def, ...changed } as never, { parent: true });
}

/** The same for every setting of a block. */
export function choicesInShape(
  shape: z.core.$ZodShape,
  slot: (kind: Kind) => z.ZodType,
): z.core.$ZodShape {
  const replaced = Object.entries(shape).map(
    ([name, setting]) => [name, withChoices(setting as z.ZodType, slot)] as const,
  );
  return replaced.some(([name, setting]) => setting !== shape[name])
    ? Object.fromEntries(replaced)
    : shape;
}
