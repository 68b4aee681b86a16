import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Registry } from '@distiller/core';
import {
  LocalWorkers,
  readJournal,
  readStudy,
  StudyState,
  withDerivedParameters,
  type OpenedStudy,
  type ReadStudyOptions,
} from '@distiller/search';
import { pluginsOf } from './open-recipe.js';
import { openRegistry } from './open-registry.js';

/** A study file with everything that its recipes may name. */
export async function openStudy(
  path: string,
  options?: ReadStudyOptions,
): Promise<OpenedStudy & { readonly registry: Registry }> {
  const opened = await readStudy(path, options);
  const registry = await studyRegistry(opened);
  return { ...withDerivedParameters(opened, registry), registry };
}

/** Components of the plugins that the recipe of a study names, or a patch of it. */
export async function studyRegistry({ study, recipeFolder }: OpenedStudy): Promise<Registry> {
  const patches = Object.values(study.patches).flatMap((byValue) => Object.values(byValue));
  const plugins = [study.recipe, ...patches].flatMap(pluginsOf);
  return openRegistry([...new Set(plugins)], recipeFolder);
}

/** What the journal in a study's folder says, with the absolute path of the recipe's folder. */
export async function openStudyFolder(folder: string): Promise<StudyState> {
  const records = await readJournal(folder);
  return new StudyState(
    records.map((record) =>
      record.kind === 'study'
        ? { ...record, recipeFolder: resolve(folder, record.recipeFolder) }
        : record,
    ),
  );
}

/** Worker processes on this machine. */
export function localWorkers(count: number): LocalWorkers {
  return new LocalWorkers({
    script: fileURLToPath(new URL('../dist/trial-worker.js', import.meta.url)),
    count,
  });
}
