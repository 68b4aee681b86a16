import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { writeFileAtomically } from '@distiller/core';
import { collect, wholeNumber } from '../recipe-options.js';
import type { Session } from '../session.js';

interface TrialOptions {
  readonly table?: string;
  readonly trials?: readonly string[];
  readonly seed: number;
}

interface EvaluateOptions extends TrialOptions {
  readonly setting?: string;
  readonly random?: boolean;
}

interface CollectCommandOptions {
  readonly out: string;
  readonly source?: string;
  readonly estimatePruned?: boolean;
}

const HELP = `
The original study's table (auto_distiller_tabular_data.csv) is read from its folder and never copied; rows that mean something else than they
say are left out. A file of trials is JSON; \`collect\` makes one of the journals of \`distiller search\`.

Examples:
  $ distiller advisor evaluate --table data/autodistiller --random
  $ distiller advisor evaluate --table data/autodistiller --setting BERT_BASE:TinyBERT4
  $ distiller advisor collect runs/rte runs/cola --out my-trials.json
  $ distiller advisor evaluate --trials my-trials.json
  $ distiller advisor train --trials my-trials.json --out predictor.json`;

/** `distiller advisor collect|train|evaluate`. */
export function advisorCommand(session: Session): Command {
  return new Command('advisor')
    .summary('learn from trials which pipelines suit which data')
    .description('Trains or judges the predictor behind `distiller recommend`.')
    .addHelpText('after', HELP)
    .addCommand(evaluateCommand(session))
    .addCommand(trainCommand(session))
    .addCommand(collectCommand(session));
}

function withTrials(command: Command): Command {
  return command
    .option('--table <folder>', "folder of the original study's table")
    .option('--trials <file>', 'file of trials (may be repeated)', collect)
    .addOption(new Option('--seed <number>', 'of what is drawn').argParser(wholeNumber).default(1));
}

function evaluateCommand(session: Session): Command {
  const command = new Command('evaluate').description(
    'Leaves each task out, learns from the others, and ranks the pipelines of the one left out.',
  );
  return withTrials(command)
    .option('--setting <teacher:student>', 'judge the pipelines of these models apart, too')
    .option('--random', 'only what random choice is expected to lack, before and after cleaning')
    .action(async (options: EvaluateOptions) => {
      const { evaluationTables, leaveOneTaskOut, parsePairing, randomChoiceTables } =
        await session.toolkit();
      const setting = options.setting === undefined ? undefined : parsePairing(options.setting);
      if (options.random) {
        const choices = await randomChoices(session, options);
        await session.output.result(choices, () => randomChoiceTables(choices));
        return;
      }
      const set = await readAll(session, options);
      const progress = session.output.reporter;
      const result = leaveOneTaskOut(set, {
        seed: options.seed,
        setting,
        progress: (done, total) => progress.info(`${done} of ${total} tasks judged`),
      });
      await session.output.result(result, () => evaluationTables(result));
    });
}

function trainCommand(session: Session): Command {
  const command = new Command('train').description('Learns from trials and writes a predictor.');
  return withTrials(command)
    .requiredOption('--out <file>', 'where the predictor goes, as JSON')
    .action(async (options: TrialOptions & { readonly out: string }) => {
      const { trainPredictor } = await session.toolkit();
      const set = await readAll(session, options);
      const path = resolve(session.io.folder, options.out);
      const tasks = [...new Set(set.observations.map(({ task }) => task))];
      const predictor = trainPredictor(set, { seed: options.seed, source: set.source });
      await predictor.save(path);
      const { trials, learners } = predictor.data;
      await session.output.result(
        { path, trials, tasks, learners: learners.map(({ name, weight }) => ({ name, weight })) },
        () => `Wrote ${path}: learned from ${trials} pipelines on ${tasks.length} tasks.\n`,
      );
    });
}

function collectCommand(session: Session): Command {
  return new Command('collect')
    .description(
      'Makes a file of trials of studies, looking at their data and scoring their teachers.',
    )
    .argument('<study...>', 'folders of studies; data and teachers must still be there')
    .requiredOption('--out <file>', 'where the trials go, as JSON')
    .option('--source <words>', 'what the trials are (default: the names of the folders)')
    .option(
      '--estimate-pruned',
      'take in pruned trials: what they had, plus what the others gained from there on average',
    )
    .action(async (studies: string[], options: CollectCommandOptions) => {
      const { io, output } = session;
      const { collectTrials } = await session.toolkit();
      const collected = await collectTrials(studies, {
        source: options.source ?? studies.join(', '),
        estimatePruned: options.estimatePruned ?? false,
        io,
        reporter: output.reporter,
      });
      const path = resolve(io.folder, options.out);
      await writeFileAtomically(path, `${JSON.stringify(collected)}\n`);
      const tasks = Object.keys(collected.tasks);
      const trials = collected.trials.length;
      await output.result(
        { path, trials, tasks },
        () => `Wrote ${path}: ${trials} trainings on ${tasks.join(', ')}.\n`,
      );
    });
}

async function readAll(session: Session, { table, trials = [] }: TrialOptions) {
  const { mergeTrials, originalTrials, readTrials } = await session.toolkit();
  const { folder } = session.io;
  const sets = [
    ...(table === undefined ? [] : [await originalTrials(resolve(folder, table))]),
    ...(await Promise.all(trials.map((path) => readTrials(resolve(folder, path))))),
  ];
  return mergeTrials(sets);
}

async function randomChoices(session: Session, { table, trials = [] }: EvaluateOptions) {
  const { averageRepeats, cleanTable, parsePairing, randomChoice, readOriginalTable } =
    await session.toolkit();
  if (table === undefined) {
    const { observations } = await readAll(session, { trials, seed: 1 });
    return [{ rows: 'given trials', ...randomChoice(observations) }];
  }
  const rows = await readOriginalTable(resolve(session.io.folder, table));
  const { teacher, student } = parsePairing('BERT_BASE:TinyBERT4');
  const sets = [
    ['as published', rows],
    ['cleaned', cleanTable(rows)],
  ] as const;
  return sets.flatMap(([name, some]) => {
    const paired = some.filter((row) => row.teacher === teacher && row.student === student);
    return [
      { rows: `all pipelines, ${name}`, ...randomChoice(averageRepeats(some)) },
      { rows: `${student} from ${teacher}, ${name}`, ...randomChoice(averageRepeats(paired)) },
    ];
  });
}
