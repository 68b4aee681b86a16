import { join } from 'node:path';
import { applyOverrides, validateRecipe, type Registry } from '@distiller/core';
import { distillRecipe } from '@distiller/pipeline';
import { createSampler } from '../samplers/create-sampler.js';
import type { Configuration } from '../space.js';
import { applyConfiguration, mergePatch } from './apply-configuration.js';
import type { StudyPlan } from './coordinate-study.js';
import { studyComponents } from './study-components.js';
import type { OpenedStudy, Study } from './study-file.js';

/** What a plan must know beside the study. */
export interface PlanOptions extends OpenedStudy {
  readonly id: string;
  /** Of the study, absolute. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly concurrency: number;
  readonly threads: number;
  /** Holds everything that the recipes of the study may name. */
  readonly registry: Registry;
}

/** Turns a study into what its coordinator follows. */
export function planStudy(options: PlanOptions): StudyPlan {
  const { study, recipeFolder, folder, cacheFolder, concurrency, id } = options;
  const { space, objectives, seed, trials, retries, budget, minutes } = study;
  const recipeOf = trialRecipes(options);
  return {
    space,
    objectives,
    seed,
    trials,
    concurrency,
    retries,
    sampler: createSampler(study.sampler),
    job(number, configuration, peers) {
      const recipe = recipeOf(configuration);
      const name = `${study.name}-${number}`;
      return {
        study: id,
        number,
        runs: study.seeds.map((of) => ({
          seed: of,
          recipe: mergePatch(recipe, { name, seed: of }),
        })),
        recipeFolder,
        folder: join(folder, 'trials', String(number).padStart(4, '0')),
        cacheFolder,
        objectives,
        ...(budget && {
          pruning: {
            pruner: study.pruner,
            maximum: budget.max / budget.min,
            peers,
            direction: objectives[0]?.direction ?? 'maximise',
          },
        }),
        ...(minutes !== undefined && { minutes }),
      };
    },
  };
}

/**
 * The function from a configuration to its recipe, ready to run.
 *
 * @returns a function that throws DistillerError `config` with every problem of the recipe.
 */
export function trialRecipes({
  study,
  registry,
  threads,
}: Pick<PlanOptions, 'study' | 'registry' | 'threads'>): (configuration: Configuration) => unknown {
  const schema = distillRecipe(registry);
  const components = studyComponents(study, registry);
  const has = (kind: 'engine' | 'teacher', use: string, setting: string) =>
    setting in registry.definition(kind, use).settings.shape;
  return (configuration) => {
    const listed = Object.entries(configuration).filter(([name]) => !components.names.has(name));
    const varied = applyConfiguration(study.recipe, Object.fromEntries(listed), study);
    const chosen = components.apply(varied, configuration);
    const recipe = withBudget(chosen, study.budget);
    const { engine, teacher, mixup } = validateRecipe(schema, recipe, 'The recipe');
    const { signals } = Object(Object(recipe).teacher) as { signals?: unknown };
    const isThreaded = has('engine', engine.use, 'threads') && engine['threads'] === undefined;
    const isCached =
      study.signals === 'cache' &&
      signals === undefined &&
      mixup === undefined &&
      has('teacher', teacher.use, 'signals');
    return mergePatch(recipe, {
      ...(isThreaded && { engine: { use: engine.use, threads } }),
      ...(isCached && { teacher: { signals: { cache: {} } } }),
    });
  };
}

/** The whole length of the budget, and evaluations where trials are compared. */
function withBudget(recipe: unknown, budget: Study['budget']): unknown {
  if (!budget) return recipe;
  const { setting, min, max } = budget;
  if (setting === 'training.epochs') return applyOverrides(recipe, [`${setting}=${max}`]);
  const { evaluateEvery = min } = Object(Object(recipe).training) as { evaluateEvery?: number };
  return applyOverrides(recipe, [
    `${setting}=${max}`,
    // Steps are what counts: an epoch has at least one.
    `training.epochs=${max}`,
    `training.evaluateEvery=${evaluateEvery}`,
  ]);
}
