import {
  didYouMean,
  DistillerError,
  validateRecipe,
  type ComponentChoice,
  type Kind,
  type Registry,
} from '@distiller/core';
import { z } from 'zod';
import type { Configuration, SearchParameter } from '../../space.js';
import { CONDITION, STAGE } from '../search-space-schema.js';
import { SETTING_RANGES } from './setting-ranges.js';
import { settingsSpace, type DerivedSpace } from './settings-space.js';

/** Which component fills a place of a recipe, and which of its settings are searched, as a study file has it. */
export const COMPONENT_SPACE = z.strictObject({
  at: z.string().min(1).describe('Name of the parameter, and beginning of those of the settings.'),
  kind: z.string().describe('Kind of component: objective, intermediate, matching, …'),
  use: z.array(z.string()).min(1).describe('Names of the components to choose from.'),
  settings: z
    .record(z.string(), SETTING_RANGES)
    .default({})
    .describe('What is searched, by component; the others keep their defaults.'),
  stage: STAGE,
  when: z.exactOptional(z.array(CONDITION)),
});

/**
 * The part of a search space that chooses a component and its settings: a categorical parameter called `at` where there are several, and for
 * each component the parameters of its settings, `at.NAME.PATH`, conditional on it. So whatever a plugin brings can be searched.
 *
 * @returns its `settings` are the component as a recipe names it: `{ use, … }`.
 * @throws DistillerError `config` listing the problems of the choice or of the first component that has any; `unknown-component`.
 */
export function componentSpace(
  registry: Registry,
  choice: z.input<typeof COMPONENT_SPACE>,
): DerivedSpace<ComponentChoice> {
  const {
    at,
    kind,
    use,
    settings,
    stage,
    when = [],
  } = validateRecipe(COMPONENT_SPACE, choice, 'A choice of components');
  const stranger = Object.keys(settings).find((name) => !use.includes(name));
  if (stranger !== undefined) {
    throw new DistillerError(
      'config',
      `"settings" at "${at}" names "${stranger}", which is not in "use". ${didYouMean(stranger, use)}`,
    );
  }
  const isChosen = use.length > 1;
  const common = { ...(stage !== undefined && { stage }) };
  const spaces = use.map((name) => {
    const { settings: schema } = registry.definition(kind as Kind, name);
    const inside = isChosen ? [...when, { parameter: at, in: [name] }] : when;
    const ranges = settings[name] ?? {};
    const options = { at: `${at}.${name}`, ranges, when: inside, ...common };
    return { name, space: settingsSpace(schema, options, `${kind} "${name}" at "${at}"`) };
  });
  const which: SearchParameter = {
    name: at,
    kind: 'categorical',
    values: use,
    ...common,
    ...(when.length > 0 && { when }),
  };
  const parameters = spaces.flatMap(({ space }) => space.parameters);
  return {
    parameters: isChosen ? [which, ...parameters] : parameters,
    settings(configuration: Configuration) {
      const chosen = isChosen ? configuration[at] : use[0];
      const found = spaces.find(({ name }) => name === chosen);
      return { use: String(chosen), ...found?.space.settings(configuration) };
    },
  };
}
