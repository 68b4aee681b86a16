import { resolve } from 'node:path';
import { Command } from 'commander';
import { addRecipeOptions, overridesOf, type RecipeOptions } from '../recipe-options.js';
import { defaultRunFolder } from '../run-folder-name.js';
import { kindOf } from '../recipe-kind.js';
import type { Session } from '../session.js';

interface RunOptions extends RecipeOptions {
  readonly out?: string;
  readonly resume?: boolean;
  readonly cache?: string;
}

const HELP = `
The run folder holds recipe.resolved.yaml, metrics.jsonl, result.json, checkpoints/ and student/,
a Hugging Face folder; of a recipe with several tasks, student/TASK/ for each. A run that was stopped or killed goes on with --resume and ends with the same bytes.

Examples:
  $ distiller run recipes/my.yaml
  $ distiller run recipes/my.yaml --set training.learningRate=1e-4 --set student.preset=bert-mini
  $ distiller run recipes/my.yaml --resume
  $ distiller run recipes/my.yaml --json --quiet > result.json`;

/** `distiller run RECIPE`. */
export function runCommand(session: Session): Command {
  const command = new Command('run')
    .summary('distil a teacher into a student')
    .description('Runs one recipe: distils a teacher into a student and compares the two.')
    .argument('<recipe>', 'a .yaml, .json or .ts file')
    .option('--out <folder>', 'run folder (default: runs/<name of the recipe>)')
    .option('--resume', 'go on with a run that was stopped')
    .option('--cache <folder>', 'cache of teacher signals (default: cache beside the run folder)')
    .addHelpText('after', HELP);
  return addRecipeOptions(command).action(async (path: string, options: RunOptions) => {
    const { io, output } = session;
    const { distill, distillReport, distillTasks, multiTaskReport, openRecipe } =
      await session.toolkit();
    const opened = await openRecipe(resolve(io.folder, path), overridesOf(options));
    const folder = resolve(io.folder, options.out ?? defaultRunFolder(opened.recipe, path));
    const surroundings = {
      registry: opened.registry,
      recipeFolder: opened.folder,
      folder,
      cacheFolder: options.cache && resolve(io.folder, options.cache),
      resume: options.resume ?? false,
      reporter: output.reporter,
      signal: io.signal,
    };
    if (kindOf(opened.recipe) === 'multi-task') {
      const result = await distillTasks(opened.recipe, surroundings);
      await output.result({ ...result, folder }, () => multiTaskReport(result));
    } else {
      const result = await distill(opened.recipe, surroundings);
      await output.result({ ...result, folder }, () => distillReport(result));
    }
    output.reporter.info(
      `Everything is in ${folder}, the student in ${resolve(folder, 'student')}.`,
    );
  });
}
