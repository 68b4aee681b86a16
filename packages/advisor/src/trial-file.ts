import { readFile } from 'node:fs/promises';
import { DistillerError, ioError, validateRecipe } from '@distiller/core';
import { z } from 'zod';
import type { Pairing } from './evaluation/leave-one-task-out.js';
import { modelProfile, taskProfile, type TrialSet } from './predict/trial-set.js';
import { averageRepeats, repeatNoise } from './table/average-repeats.js';

/** Schema of a file of trials: numbers and names, no texts. */
export const trialFile = z.strictObject({
  kind: z.literal('distiller-trials'),
  version: z.literal(1),
  /** What the trials are, in words. */
  source: z.string(),
  tasks: z.record(z.string(), taskProfile),
  models: z.record(z.string(), modelProfile),
  trials: z.array(
    z.strictObject({
      task: z.string(),
      teacher: z.string(),
      student: z.string(),
      configuration: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      /** The student's score over the teacher's. */
      ratio: z.number(),
    }),
  ),
});

/** Trials, and what they are. */
export interface NamedTrials extends TrialSet {
  readonly source: string;
}

/**
 * Reads a file of trials; repeated ones are averaged and tell the noise.
 *
 * @throws DistillerError `io`; `input` naming the file and what is wrong in it.
 */
export async function readTrials(path: string): Promise<NamedTrials> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw ioError('read', path, error);
    throw new DistillerError('input', `${path} is no JSON: ${error.message}.`, { cause: error });
  }
  const { source, tasks, models, trials } = validateRecipe(trialFile, content, path, 'input');
  const single = trials.map((trial) => ({ ...trial, runs: 1 }));
  const noise = [...repeatNoise(single)].map(([task, { deviation }]) => [task, deviation]);
  return {
    source,
    tasks,
    models,
    observations: averageRepeats(single),
    noise: Object.fromEntries(noise) as Record<string, number>,
  };
}

/**
 * Several sets as one.
 *
 * @throws DistillerError `config` for none; `input` when two describe a task or a model differently.
 */
export function mergeTrials(sets: readonly NamedTrials[]): NamedTrials {
  if (sets.length === 0) {
    throw new DistillerError(
      'config',
      'There are no trials to learn from. Give `--table` with the folder of the original study, or `--trials` with a file of trials.',
    );
  }
  const merge = <T>(what: string, pick: (set: NamedTrials) => Readonly<Record<string, T>>) => {
    const merged: Record<string, T> = {};
    for (const [name, value] of sets.flatMap((set) => Object.entries(pick(set)))) {
      const known = Object.hasOwn(merged, name) ? merged[name] : undefined;
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
        throw new DistillerError(
          'input',
          `Two sets of trials describe the ${what} ${name} differently: ${JSON.stringify(known)} and ${JSON.stringify(value)}. Rename one.`,
        );
      }
      merged[name] = value;
    }
    return merged;
  };
  return {
    source: sets.map(({ source }) => source).join('; '),
    observations: averageRepeats(sets.flatMap(({ observations }) => observations)),
    tasks: merge('task', ({ tasks }) => tasks),
    models: merge('model', ({ models }) => models),
    noise: Object.assign({}, ...sets.map(({ noise }) => noise)) as Record<string, number>,
  };
}

/** Reads `teacher:student`. @throws DistillerError `config` for anything else. */
export function parsePairing(text: string): Pairing {
  const [teacher, student, ...rest] = text.split(':');
  if (teacher && student && rest.length === 0) return { teacher, student };
  throw new DistillerError(
    'config',
    `"${text}" is no setting; expected teacher:student, e.g. BERT_BASE:TinyBERT4.`,
  );
}
