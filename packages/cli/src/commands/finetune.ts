import { resolve } from 'node:path';
import { Command } from 'commander';
import { addRecipeOptions, overridesOf, type RecipeOptions } from '../recipe-options.js';
import { defaultRunFolder } from '../run-folder-name.js';
import type { Session } from '../session.js';

interface FinetuneOptions extends RecipeOptions {
  readonly out?: string;
  readonly resume?: boolean;
}

const HELP = `
The recipe names a task, a model and how to train it: see \`distiller config schema --kind finetune\`.

Examples:
  $ distiller finetune recipes/teacher.yaml
  $ distiller finetune recipes/teacher.yaml --set training.epochs=2 --out runs/teacher
  $ distiller finetune recipes/teacher.yaml --resume`;

/** `distiller finetune RECIPE`. */
export function finetuneCommand(session: Session): Command {
  const command = new Command('finetune')
    .summary('train a teacher, or any model, on labels')
    .description('Trains one model on the labels of a task, e.g. to make a teacher.')
    .argument('<recipe>', 'a .yaml, .json or .ts file')
    .option('--out <folder>', 'run folder (default: runs/<name of the recipe>)')
    .option('--resume', 'go on with a run that was stopped')
    .addHelpText('after', HELP);
  return addRecipeOptions(command).action(async (path: string, options: FinetuneOptions) => {
    const { io, output } = session;
    const { finetune, finetuneReport, openRecipe } = await session.toolkit();
    const opened = await openRecipe(resolve(io.folder, path), overridesOf(options));
    const folder = resolve(io.folder, options.out ?? defaultRunFolder(opened.recipe, path));
    const result = await finetune(opened.recipe, {
      registry: opened.registry,
      recipeFolder: opened.folder,
      folder,
      resume: options.resume ?? false,
      reporter: output.reporter,
      signal: io.signal,
    });
    await output.result({ ...result, folder }, () => finetuneReport(result));
    output.reporter.info(`Everything is in ${folder}, the model in ${resolve(folder, 'model')}.`);
  });
}
