import { Command, Option } from 'commander';
import { wholeNumber } from '../recipe-options.js';
import type { Session } from '../session.js';

export interface RecommendOptions {
  readonly data: string;
  readonly text: string;
  readonly pair?: string;
  readonly label: string;
  readonly kind: 'classification' | 'regression';
  readonly student: string;
  readonly teacher?: string;
  readonly prior?: string;
  readonly maskedModel?: string;
  readonly top: number;
  readonly out?: string;
  readonly run?: boolean;
  readonly seed: number;
}

const HELP = `
Looks at the data (sizes, labels, words, a linear model on bags of words), asks a predictor of pipelines, and names the best ones, no two of which
differ in numbers only. A place of 0.90 means: expected to beat 90 % of the pipelines that were tried on such data, with whatever student.

The predictor that comes with the package learned from the studies of this project. \`distiller advisor train\` makes one of your own trials;
give it by --prior.

Examples:
  $ distiller recommend --data reviews.csv --student bert-tiny
  $ distiller recommend --data reviews.csv --student bert-mini --teacher models/teacher --out advice
  $ distiller recommend --data pairs.tsv --text a --pair b --label same --student bert-tiny --teacher models/teacher --out advice --run`;

/** `distiller recommend`. */
export function recommendCommand(session: Session): Command {
  return new Command('recommend')
    .summary('name pipelines that should suit your data')
    .description('Names pipelines that should suit your data, and writes recipes that run them.')
    .requiredOption('--data <file>', 'labelled examples: TSV, CSV, JSONL or Parquet')
    .option('--text <column>', 'column of the text', 'text')
    .option('--pair <column>', 'column of the second text, of pairs')
    .option('--label <column>', 'column of the label', 'label')
    .addOption(
      new Option('--kind <kind>', 'what the label is')
        .choices(['classification', 'regression'])
        .default('classification'),
    )
    .option('--student <preset>', 'published size of the student', 'bert-tiny')
    .option(
      '--teacher <folder>',
      'fine-tuned model to learn from; without it a BERT of 12 layers is assumed',
    )
    .option(
      '--prior <file>',
      'predictor that `distiller advisor train` wrote (default: the one of this package)',
    )
    .option(
      '--masked-model <folder>',
      'masked language model: lets contextual augmentation be advised',
    )
    .addOption(new Option('--top <count>', 'pipelines to name').argParser(wholeNumber).default(5))
    .option('--out <folder>', 'write a recipe of each pipeline here; needs --teacher')
    .option('--run', 'run the recipes and rank the results; needs --out')
    .addOption(new Option('--seed <number>', 'of the recipes').argParser(wholeNumber).default(1))
    .addHelpText('after', HELP)
    .action(async (options: RecommendOptions) => {
      const { recommendation, recommendationText } = await session.toolkit();
      const result = await recommendation(options, session.io, session.output.reporter);
      await session.output.result(result, () => recommendationText(result));
      if (result.pipelines.every(({ failed }) => failed !== undefined)) session.exitCode = 1;
    });
}
