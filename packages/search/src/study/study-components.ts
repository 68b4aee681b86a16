import { applyOverrides, type Kind, type Registry } from '@distiller/core';
import type { Configuration } from '../space.js';
import { holds } from '../space/conditions.js';
import { defineSearchSpace } from '../space/define-search-space.js';
import { componentSpace } from '../space/derived/component-space.js';
import type { OpenedStudy, Study } from './study-file.js';

/** What a study searches of components, by their schemas. */
export interface StudyComponents {
  /** Names of the parameters that are derived. */
  readonly names: ReadonlySet<string>;
  /**
   * A recipe with the components that a configuration chooses, in their places. What stands there beside the settings of a component, such as
   * the weight of a loss, stays.
   *
   * @throws DistillerError `config` when a place leads nowhere.
   */
  apply(recipe: unknown, configuration: Configuration): unknown;
}

/** @throws DistillerError `config`, `unknown-component` as `componentSpace`. */
export function studyComponents(
  { components = [] }: Pick<Study, 'components'>,
  registry: Registry,
): StudyComponents {
  const places = components.map((choice) => ({
    ...choice,
    space: componentSpace(registry, choice),
  }));
  const names = places.flatMap(({ space }) => space.parameters.map(({ name }) => name));
  return {
    names: new Set(names),
    apply: (recipe, configuration) =>
      places.reduce<unknown>((changed, { at, kind, when = [], space }) => {
        if (!when.every((condition) => holds(condition, configuration))) return changed;
        const kept = around(changed, at, kind as Kind, registry);
        const filled = { ...kept, ...space.settings(configuration) };
        return applyOverrides(changed, [`${at}=${JSON.stringify(filled)}`]);
      }, recipe),
  };
}

/**
 * A study whose space has the parameters of its `components` behind those that it lists. Where it has them already, as a study in a
 * journal does, nothing changes.
 *
 * @throws DistillerError as `studyComponents`; `config` where parameters don't fit together.
 */
export function withDerivedParameters<T extends OpenedStudy>(opened: T, registry: Registry): T {
  const { components = [], space } = opened.study;
  if (components.length === 0) return opened;
  const derived = components.flatMap((choice) => componentSpace(registry, choice).parameters);
  const names = new Set(derived.map(({ name }) => name));
  const listed = space.parameters.filter(({ name }) => !names.has(name));
  const parameters = [...listed, ...derived];
  const study = { ...opened.study, space: defineSearchSpace({ ...space, parameters }) };
  return { ...opened, study };
}

/** What stands at a place of a recipe without the component and its settings. */
function around(recipe: unknown, at: string, kind: Kind, registry: Registry): object {
  const found = at
    .split('.')
    .reduce<unknown>(
      (value, key) => (Object(value) as Readonly<Record<string, unknown>>)[key],
      recipe,
    );
  const { use, ...rest } = Object(found) as { use?: unknown };
  if (!registry.list(kind).some(({ name }) => name === use)) return rest;
  const own = registry.definition(kind, use as string).settings.shape;
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in own)));
}
