import { dirname, resolve } from 'node:path';
import {
  applyOverrides,
  DistillerError,
  didYouMean,
  readRecipe,
  validateRecipe,
} from '@distiller/core';
import { z } from 'zod';
import { createPruner } from '../pruners/create-pruner.js';
import { PRUNER, type PrunerSettings } from '../pruners/pruner-settings.js';
import { SAMPLER, type SamplerSettings } from '../samplers/sampler-settings.js';
import type { SearchParameter, SearchSpace } from '../space.js';
import { COMPONENT_SPACE } from '../space/derived/component-space.js';
import { SEARCH_SPACE } from '../space/search-space-schema.js';
import { validateConfiguration } from '../space/validate-configuration.js';
import type { StudyObjective } from '../trial.js';
import { GENERAL_OBJECTIVES } from './trial-values.js';

const objective = z.strictObject({
  name: z
    .string()
    .min(1)
    .describe(
      "`score` (the metric that selects, on the validation split), `retained` (its share of the teacher's), `bytes`, `parameters`, `latencyMs`, `trainSeconds`, or a metric of the task.",
    ),
  direction: z.enum(['maximise', 'minimise']).describe('Which way is better.'),
});

const patch = z.record(z.string(), z.unknown());

const budget = z
  .strictObject({
    setting: z
      .enum(['training.epochs', 'training.maxSteps'])
      .default('training.epochs')
      .describe('The setting of the recipe that is the length of a training.'),
    min: z
      .number()
      .positive()
      .describe('Length after which trials are first compared: the unit of the pruner.'),
    max: z.number().positive().describe('Length of a whole training.'),
  })
  .superRefine(({ setting, min, max }, context) => {
    const report = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (min >= max) report('max', `must be above min, which is ${min} (given ${max})`);
    const whole = setting === 'training.maxSteps' ? [min, max] : [min];
    if (whole.some((length) => !Number.isInteger(length)))
      report(
        'min',
        `${setting} are compared after whole numbers only (given ${whole.join(' and ')})`,
      );
  });

/** Schema of a study file. */
export const STUDY = z
  .strictObject({
    name: z.string().min(1).default('study').describe('Shown in results.'),
    seed: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .default(1)
      .describe('Decides which configurations are tried: equal seeds give equal studies.'),
    recipe: z
      .union([z.string().min(1), patch])
      .exactOptional()
      .describe(
        'The recipe that is varied: a path from the study file, or the recipe itself. What starts the study may name another one.',
      ),
    objectives: z
      .array(objective)
      .min(1)
      .default([{ name: 'score', direction: 'maximise' }])
      .describe('What is optimised. Trials are compared in training by the first one.'),
    space: SEARCH_SPACE.exactOptional().describe(
      'What is chosen. A parameter is called like the setting that it sets (`training.learningRate`), names it by `setting`, or has `patches`.',
    ),
    components: z
      .array(COMPONENT_SPACE)
      .exactOptional()
      .describe(
        'Places of the recipe (`at`, such as `objectives.0`) whose component and settings are searched; the parameters come from the schemas of the components and follow those of `space`.',
      ),
    patches: z
      .record(z.string(), z.record(z.string(), patch))
      .default({})
      .describe(
        'By parameter and value: what the value changes in the recipe. Mappings are merged, null takes a setting away.',
      ),
    sampler: SAMPLER.prefault({ use: 'random' }).describe('What proposes configurations.'),
    pruner: PRUNER.prefault({ use: 'none' }).describe('What ends trials that promise little.'),
    budget: budget
      .exactOptional()
      .describe('Lengths of a training, for a pruner; the recipe decides when it is left out.'),
    trials: z.int().positive().describe('Configurations that are tried.'),
    concurrency: z
      .int()
      .positive()
      .exactOptional()
      .describe(
        'Trials that may run at a time, by default the number of workers. It decides what each proposal knows, so it is kept on resume.',
      ),
    seeds: z
      .array(z.int().min(0).max(0xffff_ffff))
      .min(1)
      .default([1])
      .describe('Seeds with which every configuration is trained; its values are the means.'),
    retries: z
      .int()
      .min(0)
      .default(2)
      .describe('Times that a trial is tried again whose worker died.'),
    minutes: z
      .number()
      .positive()
      .exactOptional()
      .describe('After so many minutes a trial fails; by default never.'),
    signals: z
      .enum(['cache', 'as in the recipe'])
      .default('cache')
      .describe(
        "Whether the teacher's signals are kept, so that it runs once on every text: where the recipe says nothing, and without mixup, which has texts of its own.",
      ),
  })
  .superRefine((study, context) => {
    const report: Report = (message, ...path) =>
      context.addIssue({ code: 'custom', path, message });
    const { space, components } = study;
    if (!space && !components) report('is missing: say what may be chosen', 'space');
    checkPatches(space?.parameters ?? [], study.patches, report);
    checkPruner(study, report);
    if (space && !components) checkList(space, study.sampler, report);
    checkDistinct(study.seeds, 'seeds', report);
    checkDistinct(
      study.objectives.map(({ name }) => name),
      'objectives',
      report,
    );
  });

type Report = (message: string, ...path: (string | number)[]) => void;

function checkPatches(
  parameters: readonly SearchParameter[],
  patches: object,
  report: Report,
): void {
  const names = parameters.map(({ name }) => name);
  for (const [name, byValue] of Object.entries(patches) as [string, object][]) {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter) {
      report(`is no parameter of the space. ${didYouMean(name, names)}`, 'patches', name);
    } else if (!('values' in parameter)) {
      report(`has no list of values, which patches need`, 'patches', name);
    } else if (parameter.setting !== undefined) {
      report(`sets ${parameter.setting}; leave out one of the two`, 'patches', name);
    } else {
      const values = parameter.values.map(String);
      for (const value of Object.keys(byValue))
        if (!values.includes(value))
          report(
            `is no value of the parameter. ${didYouMean(value, values)}`,
            'patches',
            name,
            value,
          );
      for (const value of values)
        if (!Object.hasOwn(byValue, value))
          report(
            'is missing: say what the value changes, or `{}` for nothing',
            'patches',
            name,
            value,
          );
    }
  }
}

/** With parameters that are derived from components, configurations are checked when they are proposed. */
function checkList(space: SearchSpace, sampler: SamplerSettings, report: Report): void {
  if (sampler.use !== 'list') return;
  for (const [place, configuration] of sampler.configurations.entries()) {
    try {
      validateConfiguration(space, configuration, 'it');
    } catch (error) {
      report((error as Error).message, 'sampler', 'configurations', place);
    }
  }
}

function checkPruner(
  {
    pruner,
    budget: lengths,
    objectives: [first],
  }: {
    readonly pruner: PrunerSettings;
    readonly budget?: { readonly min: number; readonly max: number };
    readonly objectives: readonly StudyObjective[];
  },
  report: Report,
): void {
  if (pruner.use === 'none') return;
  if (!lengths) {
    report(`${pruner.use} needs a \`budget\`: when trials are compared`, 'pruner');
    return;
  }
  if (first && !isScore(first.name))
    report(
      `${pruner.use} compares trials in training by the first objective, which must be a score of the task (given "${first.name}")`,
      'pruner',
    );
  try {
    createPruner(pruner, lengths.max / lengths.min);
  } catch (error) {
    report((error as Error).message, 'pruner');
  }
}

function checkDistinct(values: readonly unknown[], path: string, report: Report): void {
  if (new Set(values).size < values.length) report('has the same one twice', path);
}

/** A study file, checked, with its recipe. */
export type Study = Omit<z.output<typeof STUDY>, 'recipe' | 'space'> & {
  readonly recipe: unknown;
  readonly space: SearchSpace;
};

export interface OpenedStudy {
  readonly study: Study;
  /** Absolute; relative paths of the recipe count from here. */
  readonly recipeFolder: string;
}

/** What may differ from what the files say. */
export interface ReadStudyOptions {
  /** A recipe that is varied instead of the study's own; the study is then called like it. */
  readonly recipePath?: string | undefined;
  /** `path=value`, as `applyOverrides` takes them: settings of the study, or, with `recipe.` before them, of its recipe. */
  readonly overrides?: readonly string[] | undefined;
}

const OF_RECIPE = /^recipe\./;

/**
 * Reads a study file and its recipe.
 *
 * @throws DistillerError `config` listing every problem of the study, for an override that is none, or without a recipe; the recipe is
 *   checked with each configuration.
 */
export async function readStudy(
  path: string,
  { recipePath, overrides = [] }: ReadStudyOptions = {},
): Promise<OpenedStudy> {
  const { recipe: written, folder } = await readRecipe(path);
  const ofStudy = overrides.filter((override) => !OF_RECIPE.test(override));
  const ofRecipe = overrides.filter((override) => OF_RECIPE.test(override));
  const varied = (recipe: unknown) =>
    applyOverrides(
      recipe,
      ofRecipe.map((override) => override.replace(OF_RECIPE, '')),
    );
  const { space = { parameters: [] }, ...rest } = validateRecipe(
    STUDY,
    applyOverrides(written, ofStudy),
    `The study ${path}`,
  );
  const study = { ...rest, space };
  const own = study.recipe;
  if (own !== undefined && typeof own !== 'string' && recipePath === undefined)
    return { study: { ...study, recipe: varied(own) }, recipeFolder: folder };
  const file = recipePath ?? (typeof own === 'string' ? resolve(folder, own) : undefined);
  if (file === undefined) {
    throw new DistillerError(
      'config',
      `The study ${path} names no recipe to vary. Add \`recipe: FILE\`, or give one by --vary FILE.`,
    );
  }
  const recipe = varied((await readRecipe(file)).recipe);
  const { name } = Object(recipe) as { name?: unknown };
  const isRenamed = recipePath !== undefined && typeof name === 'string';
  return {
    study: { ...study, recipe, ...(isRenamed && { name }) },
    recipeFolder: dirname(file),
  };
}

/** Whether an objective needs a score of the task, which is all that the training can be compared by. */
export function isScore(name: string): boolean {
  const others = GENERAL_OBJECTIVES.filter((general) => general !== 'score') as string[];
  return !others.includes(name);
}
