import { resolve } from 'node:path';
import { DistillerError, didYouMean } from '@distiller/core';
import {
  importanceOverTasks,
  inferSpace,
  pairedDifferences,
  readTrialTable,
  restrictSpace,
  scoredTrials,
  studyOf,
  trialOf,
  withoutFillers,
  type FactorOptions,
  type ForestOptions,
  type ScoredTrial,
  type SearchSpace,
  type Trial,
} from '@distiller/search';
import { openStudyFolder } from './open-study.js';
import { columnFacts, names, rowsWanted, type TableOptions } from './importance-options.js';
import type { ImportanceFindings } from './importance-report.js';

/** The options of `distiller importance`, as they were typed. */
export interface ImportanceCommandOptions
  extends TableOptions, Pick<ForestOptions, 'trees' | 'minLeaf' | 'columnShare'> {
  readonly csv?: string;
  readonly objective?: string;
  readonly budget?: number;
  readonly merge?: readonly string[];
  readonly apart?: string;
  readonly difference?: readonly string[];
  readonly confidence?: number;
  readonly seed?: number;
}

/** Trials and the space of any part of them. */
interface TrialsOfSpace {
  readonly trials: readonly ScoredTrial[];
  spaceOf(trials: readonly ScoredTrial[]): SearchSpace;
}

/**
 * Importances and differences of the trials that the options name.
 *
 * @param studies folders of studies; a table is read where there are none.
 * @param folder relative paths count from here.
 * @throws DistillerError `config` for options that don't fit together, and as reading and computing do.
 */
export async function findImportance(
  studies: readonly string[],
  options: ImportanceCommandOptions,
  folder: string,
): Promise<ImportanceFindings> {
  const { trials, spaceOf } =
    studies.length > 0
      ? await trialsOfStudies(studies, options, folder)
      : await trialsOfTable(options, folder);
  if (trials.length === 0) {
    const wanted = (options.where ?? []).join(' and ');
    throw new DistillerError(
      'config',
      `No complete trial${wanted && ` with ${wanted}`} in ${studies.join(', ')}: there is nothing to tell.`,
    );
  }
  const factors: FactorOptions = {
    merge: (options.merge ?? []).map(names),
    apart: names(options.apart ?? ''),
  };
  const { trees, minLeaf, columnShare, seed, confidence } = options;
  const forest = { trees, minLeaf, columnShare, seed };
  const given = Object.fromEntries(
    Object.entries(forest).filter(([, value]) => value !== undefined),
  );
  const found = importanceOverTasks(spaceOf, trials, { ...factors, ...given });
  const parts = found.tasks.map(({ task }) => ({
    of: task,
    trials: trials.filter((trial) => (trial.task ?? '') === task),
  }));
  if (parts.length > 1) parts.push({ of: 'all tasks', trials: [...trials] });
  const differences = (options.difference ?? []).flatMap((text) => {
    const [factor, ...rest] = text.split('=');
    const compared = {
      ...factors,
      factor: factor as string,
      ...(rest.length > 0 && { reference: rest.join('=') }),
      ...(confidence !== undefined && { confidence }),
    };
    return parts.map((part) => ({
      of: part.of,
      ...pairedDifferences(spaceOf(part.trials), part.trials, compared),
    }));
  });
  return { ...found, differences };
}

function assertReached(
  scored: readonly ScoredTrial[],
  trials: readonly Trial[],
  { path, budget, place }: { path: string; budget: number; place: number },
): void {
  if (place > 0) {
    throw new DistillerError(
      'config',
      'At --budget trials have a value of the first objective only; leave out --objective.',
    );
  }
  if (scored.length > 0) return;
  const budgets = trials.flatMap(({ reports }) => reports.map((report) => report.budget));
  const known = [...new Set(budgets)].sort((a, b) => a - b);
  throw new DistillerError(
    'config',
    `No trial of ${path} was compared at the budget ${budget}. ${known.length > 0 ? `Trials were compared at ${known.join(', ')} (1 is the shortest).` : 'The study had no pruner.'}`,
  );
}

async function trialsOfTable(
  options: ImportanceCommandOptions,
  folder: string,
): Promise<TrialsOfSpace> {
  const parameters = names(options.columns ?? '');
  if (options.csv === undefined || parameters.length === 0) {
    throw new DistillerError(
      'config',
      'Say where the trials are: name folders of studies, or a table and its columns of parameters by --csv FILE --columns NAME,NAME,….',
    );
  }
  const read = await readTrialTable(resolve(folder, options.csv), {
    parameters,
    score: options.score,
    ...(options.task !== undefined && { task: options.task }),
    ...(options.repetition !== undefined && { repetition: options.repetition }),
    where: (options.where ?? []).map(rowsWanted),
  });
  const facts = columnFacts(options, read);
  return {
    trials: withoutFillers(read, facts.conditions ?? {}),
    spaceOf: (trials) => inferSpace(trials, parameters, facts),
  };
}

/** The complete trials of studies, or those that reached a budget; each study is a task by its name. */
async function trialsOfStudies(
  studies: readonly string[],
  { objective, budget, csv, where = [] }: ImportanceCommandOptions,
  folder: string,
): Promise<TrialsOfSpace> {
  if (csv !== undefined) {
    throw new DistillerError('config', 'Name folders of studies or a table by --csv, not both.');
  }
  const wanted = where.map(rowsWanted).map(({ column, in: values }) => ({
    parameter: column,
    in: values,
  }));
  const spaces = new Map<string, SearchSpace>();
  const trials: ScoredTrial[] = [];
  for (const path of studies) {
    const state = await openStudyFolder(resolve(folder, path));
    const { name, space, objectives } = studyOf(state);
    const task = spaces.has(name) ? path : name;
    const known = objectives.map((one) => one.name);
    const place = objective === undefined ? 0 : known.indexOf(objective);
    if (objective !== undefined && place < 0) {
      throw new DistillerError(
        'config',
        `The study in ${path} has no objective "${objective}". ${didYouMean(objective, known)}`,
      );
    }
    spaces.set(task, restrictSpace(space as SearchSpace, wanted));
    const scored = scoredTrials(state.trials, {
      objectives,
      objective: place,
      task,
      ...(budget !== undefined && { budget }),
    });
    if (budget !== undefined)
      assertReached(scored, state.trials.map(trialOf), { path, budget, place });
    trials.push(
      ...scored.filter(({ configuration }) =>
        wanted.every(({ parameter, in: values }) =>
          values.includes(String(configuration[parameter])),
        ),
      ),
    );
  }
  return {
    trials,
    // What is pooled over studies has the parameters of the first.
    spaceOf: ([first]) => spaces.get(first?.task ?? '') ?? { parameters: [] },
  };
}
