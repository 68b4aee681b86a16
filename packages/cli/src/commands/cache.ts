import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { kindOf } from '../recipe-kind.js';
import { addRecipeOptions, overridesOf, type RecipeOptions } from '../recipe-options.js';
import { defaultRunFolder } from '../run-folder-name.js';
import type { Session } from '../session.js';

const HELP = `
A recipe uses the cache when its teacher says so: \`teacher: { use: bert, model: …, signals: { cache: {} } }\`.
Building can be stopped and started again at any time; a run fills the cache by itself, too.

Examples:
  $ distiller cache build recipes/my.yaml
  $ distiller cache inspect
  $ distiller cache verify runs/cache`;

/** `distiller cache build|inspect|verify`. */
export function cacheCommand(session: Session): Command {
  return new Command('cache')
    .summary('keep the signals of teachers on disk')
    .description('Builds, lists or checks the cache of teacher signals.')
    .addHelpText('after', HELP)
    .addCommand(buildCommand(session))
    .addCommand(inspectCommand(session))
    .addCommand(verifyCommand(session));
}

interface BuildOptions extends RecipeOptions {
  readonly cache?: string;
}

function buildCommand(session: Session): Command {
  const command = new Command('build')
    .description(
      'Asks the teacher of a recipe, or of each of its tasks, for the signals of all texts, and keeps them.',
    )
    .argument('<recipe>', 'a .yaml, .json or .ts file')
    .option('--cache <folder>', 'folder of the cache (default: runs/cache)');
  return addRecipeOptions(command).action(async (path: string, options: BuildOptions) => {
    const { io, output } = session;
    const { cacheSignals, cacheTaskSignals, openRecipe } = await session.toolkit();
    const opened = await openRecipe(resolve(io.folder, path), overridesOf(options));
    const build = kindOf(opened.recipe) === 'multi-task' ? cacheTaskSignals : cacheSignals;
    const result = await build(opened.recipe, {
      registry: opened.registry,
      recipeFolder: opened.folder,
      folder: resolve(io.folder, defaultRunFolder(opened.recipe, path)),
      cacheFolder: options.cache && resolve(io.folder, options.cache),
      reporter: output.reporter,
      signal: io.signal,
    });
    await output.result(
      result,
      () => `${result.computed} texts computed, ${result.cached} known already.\n`,
    );
  });
}

function inspectCommand(session: Session): Command {
  return cacheArgument(new Command('inspect').description('Lists what the cache holds.')).action(
    async (folder: string) => {
      const { cacheReport, inspectSignalCache } = await session.toolkit();
      const stores = await inspectSignalCache(resolve(session.io.folder, folder));
      await session.output.result(stores, () => cacheReport(stores));
    },
  );
}

function verifyCommand(session: Session): Command {
  return cacheArgument(
    new Command('verify').description(
      'Reads every record and compares its checksum; the exit code is 1 when anything is damaged.',
    ),
  ).action(async (folder: string) => {
    const { cacheReport, verifySignalCache } = await session.toolkit();
    const stores = await verifySignalCache(resolve(session.io.folder, folder));
    await session.output.result(stores, () => cacheReport(stores));
    // A torn end is what a killed run leaves and the next one mends.
    const isDamaged = stores.some(({ flaws }) => flaws.some(({ kind }) => kind !== 'torn'));
    if (isDamaged) session.exitCode = 1;
  });
}

function cacheArgument(command: Command): Command {
  return command.argument('[folder]', 'folder of the cache', join('runs', 'cache'));
}
