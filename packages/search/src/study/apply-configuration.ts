import { applyOverrides } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';

/** By parameter, by value: what the value changes in a recipe. */
export type Patches = Readonly<Record<string, Readonly<Record<string, RecipePatch>>>>;
export type RecipePatch = Readonly<Record<string, unknown>>;

/** What the values of parameters change in a recipe. */
export interface ParameterEffects {
  readonly patches: Patches;
  /** Of which the paths of settings are asked. */
  readonly space: SearchSpace;
}

/**
 * A recipe with a configuration applied, parameter by parameter in their order: a parameter with patches by the patch of its value,
 * any other by its setting, or else its name, which is the path of a setting as `--set` takes it.
 *
 * A patch works like a JSON merge patch (RFC 7396): mappings are merged, null takes a setting away, everything else
 * replaces. But a mapping that names another component by `use` replaces the old one, whose settings would mean nothing to it.
 *
 * @throws DistillerError `config` when a path leads nowhere.
 */
export function applyConfiguration(
  recipe: unknown,
  configuration: Configuration,
  { patches, space }: ParameterEffects,
): unknown {
  const settings = new Map(space.parameters.map(({ name, setting = name }) => [name, setting]));
  return Object.entries(configuration).reduce<unknown>((changed, [name, value]) => {
    const patch = Object.hasOwn(patches, name) ? patches[name]?.[String(value)] : undefined;
    return patch
      ? mergePatch(changed, patch)
      : applyOverrides(changed, [`${settings.get(name) ?? name}=${JSON.stringify(value)}`]);
  }, recipe);
}

/** A changed copy; what is not touched is shared. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const isSame = isMapping(target) && (!('use' in patch) || patch['use'] === target['use']);
  const merged: Record<string, unknown> = isSame ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
