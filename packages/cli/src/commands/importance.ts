import { Command, InvalidArgumentError } from 'commander';
import type { ImportanceCommandOptions } from '../find-importance.js';
import { collect, wholeNumber } from '../recipe-options.js';
import type { Session } from '../session.js';

const HELP = `
How much of the variance of a score each choice explains over the whole space, alone and with each other one, by functional
analysis of variance of a random forest. Choices that depend on others (α of one loss only) are one factor with them.

A table has a row a trial. Texts are categories; up to eight different numbers are levels in their order, more are an
interval. An empty cell says that a parameter is not there; --when masks what a table fills in nevertheless.

Examples:
  $ distiller importance runs/rte runs/cola --pairs
  $ distiller importance runs/rte runs/cola --budget 1    all trials, after the first of their rungs
  $ distiller importance runs/rte --where student=tiny --difference augmentation=none
  $ distiller importance --csv trials.csv --columns loss,alpha,map,mixup --when alpha:loss=mi
  $ distiller importance --csv trials.csv --columns loss,map,aug --task task --pairs --stage intermediate=loss,map
  $ distiller importance --csv trials.csv --columns loss,aug --repetition seed --difference aug=none`;

interface Options extends ImportanceCommandOptions {
  readonly pairs?: boolean;
  readonly levels?: boolean;
}

/** `distiller importance [STUDY…]`. */
export function importanceCommand(session: Session): Command {
  return new Command('importance')
    .summary('see which choices a score depends on')
    .description('Tells how much each choice of a search mattered.')
    .argument('[study...]', 'folders of studies; each is a task')
    .option('--objective <name>', 'of the studies (default: their first)')
    .option(
      '--budget <units>',
      'count what trials had reached where a pruner compared them, 1 being the shortest; those pruned later, too',
      positive,
    )
    .option('--csv <file>', 'a table of trials (.csv, .tsv, .jsonl or .parquet)')
    .option('--columns <names>', 'its columns of parameters, with commas between')
    .option('--score <column>', 'its column of scores', 'score')
    .option('--task <column>', 'look at each task in this column by itself, and average')
    .option('--repetition <column>', 'what tells repetitions apart, such as the seed')
    .option(
      '--where <column=values>',
      'keep only trials, or rows, with these values, e.g. student=tiny|mini (may be repeated)',
      collect,
    )
    .option(
      '--when <condition>',
      'when a parameter has a meaning, e.g. alpha:loss=mi or share:aug!=none (may be repeated)',
      collect,
    )
    .option(
      '--kind <parameter=kind>',
      'categorical, ordered, integer, float or log (may be repeated)',
      collect,
    )
    .option(
      '--stage <stage=parameters>',
      'the stage that parameters belong to, e.g. intermediate=loss,map (may be repeated)',
      collect,
    )
    .option(
      '--merge <parameters>',
      'make one factor of these, with commas between (may be repeated)',
      collect,
    )
    .option(
      '--apart <parameters>',
      'keep these factors of their own although they depend on others',
    )
    .option('--pairs', 'print what each pair of factors adds, too')
    .option('--levels', 'print what each level is expected to bring, too')
    .option(
      '--difference <factor=level>',
      'gain over this level with everything else equal (may be repeated)',
      collect,
    )
    .option('--confidence <share>', 'of the intervals of differences (default: 0.95)', share)
    .option('--trees <number>', 'of the forest (default: 100)', wholeNumber)
    .option('--min-leaf <trials>', 'in each leaf of a tree, at least (default: 2)', wholeNumber)
    .option(
      '--column-share <share>',
      'of the columns that a split chooses from (default: 0.6)',
      share,
    )
    .option('--seed <number>', 'of the forest (default: 0)', wholeNumber)
    .addHelpText('after', HELP)
    .action(async (studies: string[], { pairs = false, levels = false, ...options }: Options) => {
      const { findImportance, importanceReport } = await session.toolkit();
      const found = await findImportance(studies, options, session.io.folder);
      await session.output.result(found, () => importanceReport(found, pairs, levels));
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`"${text}" is not a number above 0.`);
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError(`"${text}" is not a number above 0, up to 1.`);
}
