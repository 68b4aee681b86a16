import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { DistillerError } from '@distiller/core';
import { studyOf, trialRecipes, type StudyState, type TrialEntry } from '@distiller/search';
import { studyRegistry } from './open-study.js';

/**
 * The recipe of a trial as a file that `distiller run` takes, with the first of the study's seeds.
 *
 * @param file where it will lie, absolute: relative paths are changed so that they lead to the same places from there.
 * @throws DistillerError `config` when a relative path can't be told from a word.
 */
export async function trialRecipeFile(
  state: StudyState,
  { number, configuration }: TrialEntry,
  file: string,
): Promise<string> {
  const study = studyOf(state);
  const { recipeFolder = '', threads = 1 } = state.study ?? {};
  const registry = await studyRegistry({ study, recipeFolder });
  const recipe = trialRecipes({ study, registry, threads })(configuration) as object;
  const moved = movePaths({ ...recipe, seed: study.seeds[0] }, recipeFolder, dirname(file));
  const choice = JSON.stringify(configuration);
  return `# Trial ${number} of the study ${study.name}: ${choice}\n${stringify(moved)}`;
}

/**
 * A study that trains configurations of another one again, as a file that `distiller search` takes: the same recipe, space and length
 * of training, without a pruner.
 *
 * @param file where it will lie, absolute.
 * @throws DistillerError as `trialRecipeFile`.
 */
export function repeatedStudyFile(
  state: StudyState,
  trials: readonly TrialEntry[],
  { seeds, file }: { readonly seeds: readonly number[]; readonly file: string },
): string {
  const study = studyOf(state);
  const { recipeFolder = '' } = state.study ?? {};
  const configurations = trials.map(({ configuration }) => configuration);
  const repeated = {
    ...study,
    name: `${study.name}-again`,
    recipe: movePaths(study.recipe, recipeFolder, dirname(file)),
    patches: movePaths(study.patches, recipeFolder, dirname(file)),
    sampler: { use: 'list', configurations },
    pruner: { use: 'none' },
    trials: configurations.length,
    seeds,
  };
  const numbers = trials.map(({ number }) => number).join(', ');
  return `# Trials ${numbers} of the study ${study.name}, best first, trained again.\n${stringify(repeated)}`;
}

/** Paths are the strings that lead to a file or a folder. */
function movePaths(value: unknown, from: string, to: string): unknown {
  if (from === to) return value;
  if (Array.isArray(value)) return value.map((item) => movePaths(item, from, to));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, movePaths(item, from, to)]),
    );
  if (typeof value !== 'string' || isAbsolute(value) || !existsSync(resolve(from, value)))
    return value;
  if (/^\.|[\\/]|\.\w+$/.test(value)) {
    const path = relative(to, resolve(from, value));
    return path.startsWith('.') ? path : `./${path}`;
  }
  throw new DistillerError(
    'config',
    `The recipe says "${value}", which may be a word or the path of ${resolve(from, value)}. Write the file into ${from}, where it needs no change: ${resolve(from, 'best.yaml')}`,
  );
}
