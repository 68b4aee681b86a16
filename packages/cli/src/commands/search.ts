import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomically } from '@distiller/core';
import { collect, wholeNumber } from '../recipe-options.js';
import { defaultRunFolder } from '../run-folder-name.js';
import type { Session } from '../session.js';

interface SearchCommandOptions {
  readonly out?: string;
  readonly vary?: string;
  readonly set?: readonly string[];
  readonly resume?: boolean;
  readonly cache?: string;
  readonly workers?: number;
  readonly queue?: string;
}

const HELP = `
A study names a recipe, what may be chosen in it, and how many trials there are; every trial trains one student. The folder
holds journal.jsonl, the truth about the study, and trials/. A study that was stopped or killed goes on with --resume;
the same study file gives the same trials, whatever was killed.

Examples:
  $ distiller search studies/my.yaml                      a worker process for each core
  $ distiller search studies/my.yaml --workers 2 --resume
  $ distiller search studies/my.yaml --vary rte.yaml      the same choices for another task
  $ distiller search studies/my.yaml --set trials=8 --set recipe.training.batchSize=8
  $ distiller search status runs/my                       how it stands, also while it runs
  $ distiller search best runs/my --recipe best.yaml      the best configuration as a recipe
  $ distiller search best runs/my --study again.yaml --top 3 --seeds 2,3    a study of the best three with other seeds
  $ distiller search export runs/my --csv trials.csv
  $ distiller search studies/my.yaml --queue redis://host:6379 --workers 8    trials for \`distiller worker\` to take`;

/** `distiller search STUDY` and `distiller search status|best|export`. */
export function searchCommand(session: Session): Command {
  return new Command('search')
    .summary('find the best recipe by trying many')
    .description('Varies a recipe as a study says, and finds the best.')
    .argument('<study>', 'a .yaml, .json or .ts file')
    .option('--out <folder>', 'folder of the study (default: runs/<name of the study>)')
    .option('--vary <recipe>', 'vary this recipe, and call the study like it')
    .option(
      '--set <path=value>',
      'change a setting of the study, or of the recipe by recipe.PATH (may be repeated)',
      collect,
    )
    .option('--resume', 'go on with a study that was stopped')
    .option('--workers <number>', 'trials at a time (default: one a core)', wholeNumber)
    .option('--cache <folder>', 'cache of teacher signals (default: cache beside the folder)')
    .option('--queue <url>', 'let `distiller worker` on any machine run the trials, by this Redis')
    .addHelpText('after', HELP)
    .addCommand(statusCommand(session))
    .addCommand(bestCommand(session))
    .addCommand(exportCommand(session))
    .action(async (path: string, options: SearchCommandOptions) => {
      const { io, output } = session;
      const { openRunner, openStudy, search, studyReport } = await session.toolkit();
      const opened = await openStudy(resolve(io.folder, path), {
        recipePath: options.vary && resolve(io.folder, options.vary),
        overrides: options.set,
      });
      const folder = resolve(io.folder, options.out ?? defaultRunFolder(opened.study, path));
      const summary = await search({
        ...opened,
        folder,
        cacheFolder: options.cache && resolve(io.folder, options.cache),
        resume: options.resume ?? false,
        workers: options.workers || undefined,
        isRemote: options.queue !== undefined,
        openRunner: (slots) => openRunner(slots, options.queue),
        reporter: output.reporter,
        signal: io.signal,
      });
      await output.result({ ...summary, folder }, () => studyReport(summary));
      output.reporter.info(`Everything is in ${folder}.`);
    });
}

function folderArgument(command: Command): Command {
  return command.argument('<folder>', 'folder of the study');
}

function statusCommand(session: Session): Command {
  return folderArgument(
    new Command('status').description('Tells how a study stands, also while it runs.'),
  ).action(async (folder: string) => {
    const { openStudyFolder, studyReport, summarise } = await session.toolkit();
    const summary = summarise(await openStudyFolder(resolve(session.io.folder, folder)));
    await session.output.result(summary, () => studyReport(summary));
  });
}

interface BestCommandOptions {
  readonly recipe?: string;
  readonly study?: string;
  readonly top?: number;
  readonly seeds?: readonly number[];
}

/** @throws InvalidArgumentError for anything but whole numbers with commas between. */
function seeds(text: string): readonly number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}

function bestCommand(session: Session): Command {
  return folderArgument(
    new Command('best').description('Prints the best trial, or writes its recipe.'),
  )
    .option('--recipe <file>', 'write a recipe that `distiller run` takes')
    .option('--study <file>', 'write a study that trains the best trials again')
    .option('--top <count>', 'how many of them (default: 3)', wholeNumber)
    .option('--seeds <numbers>', 'seeds of that study (default: 2,3)', seeds)
    .action(async (folder: string, options: BestCommandOptions) => {
      const { io, output } = session;
      const { bestReport, rankedTrials, repeatedStudyFile } = await session.toolkit();
      const { openStudyFolder, studyOf, summarise, trialRecipeFile } = await session.toolkit();
      const state = await openStudyFolder(resolve(io.folder, folder));
      const ranked = rankedTrials(state, studyOf(state).objectives);
      const [best] = ranked;
      const file = options.recipe && resolve(io.folder, options.recipe);
      if (file && best) await writeFileAtomically(file, await trialRecipeFile(state, best, file));
      const again = options.study && resolve(io.folder, options.study);
      if (again && best) {
        const trials = ranked.slice(0, options.top || 3);
        const repeated = { seeds: options.seeds ?? [2, 3], file: again };
        await writeFileAtomically(again, repeatedStudyFile(state, trials, repeated));
        output.reporter.info(`The study of the best ${trials.length} is in ${again}.`);
      }
      const summary = summarise(state);
      await output.result(summary.best ?? null, () => bestReport(summary));
      if (file && best) output.reporter.info(`The recipe is in ${file}.`);
      if (!best) session.exitCode = 1;
    });
}

function exportCommand(session: Session): Command {
  return folderArgument(new Command('export').description('Writes the trials as a table.'))
    .requiredOption('--csv <file>', 'one row a trial')
    .action(async (folder: string, options: { readonly csv: string }) => {
      const { io, output } = session;
      const { openStudyFolder, studyCsv } = await session.toolkit();
      const state = await openStudyFolder(resolve(io.folder, folder));
      const file = resolve(io.folder, options.csv);
      await writeFileAtomically(file, studyCsv(state));
      await output.result(
        { file, trials: state.trials.length },
        () => `${state.trials.length} trials are in ${file}.\n`,
      );
    });
}
