import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  addRecipeOptions,
  overridesOf,
  wholeNumber,
  type RecipeOptions,
} from '../recipe-options.js';
import type { Session } from '../session.js';

interface EvaluateOptions extends RecipeOptions {
  readonly task?: string;
  readonly recipe?: string;
  readonly split?: 'train' | 'validation' | 'test';
  readonly maxLength?: number;
}

const HELP = `
MODEL is a Hugging Face folder, or a run folder.

Examples:
  $ distiller evaluate runs/my --recipe recipes/my.yaml
  $ distiller evaluate runs/my/student --task sst-2 --set task.folder=data/SST-2 --split validation
  $ distiller evaluate runs/words --task masked-lm --set task.test=texts.txt
  $ distiller evaluate runs/my --recipe recipes/my.yaml --set engine.use=tfjs
  $ distiller evaluate runs/two --recipe recipes/two-tasks.yaml --task trec6`;

/** `distiller evaluate MODEL`. */
export function evaluateCommand(session: Session): Command {
  const command = new Command('evaluate')
    .summary('score a model on a task')
    .description('Scores a model on a split of a task.')
    .argument('<model>', 'folder of the model')
    .option(
      '--task <name>',
      'task; its settings by --set task.…; with --recipe, which of its several tasks',
    )
    .option('--recipe <file>', 'take the task, engine and plugins from this recipe')
    .addOption(
      new Option(
        '--split <split>',
        'split to score (default: test when it has labels, else validation)',
      ).choices(['train', 'validation', 'test']),
    )
    .option('--max-length <tokens>', 'longer texts are truncated', wholeNumber)
    .addHelpText('after', HELP);
  return addRecipeOptions(command).action(async (model: string, options: EvaluateOptions) => {
    const { io, output } = session;
    const { evaluate, evaluationReport, modelFolder, openEvaluation, openModel } =
      await session.toolkit();
    const plan = await openEvaluation({
      ...(options.recipe !== undefined && { recipe: resolve(io.folder, options.recipe) }),
      ...(options.task !== undefined && { task: options.task }),
      overrides: overridesOf(options),
      folder: io.folder,
      reporter: output.reporter,
      signal: io.signal,
    });
    try {
      const result = await evaluate({
        model: await openModel(
          plan.registry,
          await modelFolder(resolve(io.folder, model), options.task),
        ),
        task: plan.task,
        engine: plan.engine,
        split: options.split,
        maxLength: options.maxLength ?? plan.maxLength,
        reporter: output.reporter,
        signal: io.signal,
      });
      await output.result(result, () => evaluationReport(result));
    } finally {
      await plan.engine.dispose();
    }
  });
}
