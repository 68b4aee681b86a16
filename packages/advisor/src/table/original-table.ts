import { join } from 'node:path';
import { DistillerError } from '@distiller/core';
import { readTable } from '@distiller/data';
import type { Configuration } from '@distiller/search';
import { z } from 'zod';
import type { Observation } from '../observation.js';

/** Name of the file in the original study's folder. */
export const TRIALS_FILE = 'auto_distiller_tabular_data.csv';

/** One run of the original study. */
export interface TableRow extends Observation {
  /** `file:line`. */
  readonly place: string;
  /** The metric of the task on its validation set, as a fraction. */
  readonly score: number;
}

const real = z.string().trim().min(1).transform(Number).pipe(z.number('expected a number'));
const position = real.pipe(z.int().min(0).max(3));

const AUGMENTERS = ['contextual', 'backtranslation', 'random'] as const;

/** As components of ours are called. */
const SPELLING = {
  contextual: 'contextual',
  backtranslation: 'back-translation',
  random: 'random',
} as const;

const cells = z.strictObject({
  task: z.string().min(1),
  Teacher: z.string().min(1),
  Model: z.string().min(1),
  intermediate_loss_type: z.enum(['ce', 'mse', 'cos', 'pkd', 'mi']),
  alpha: real.pipe(z.number().min(0).max(1)),
  intermediate_strategy: z.enum(['skip', 'last', 'emd']),
  kd_loss_type: z.enum(['ce', 'mse']),
  mixup: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false']))
    .transform((value) => value === 'true'),
  repeated_aug: real.pipe(z.int().positive()),
  aug_p: real.pipe(z.number().min(0).max(1)),
  score: real,
  ratio: real,
  contextual: position,
  backtranslation: position,
  random: position,
});
const COLUMNS = Object.keys(cells.shape);

/**
 * The trials of the original study, in file order, without the fillers that its file holds: `alpha` is there for mutual information only,
 * `augP` and
 * `repeatedAugmentation` only where there is augmentation. Parameters are called as in `canonicalSpace`.
 *
 * @param folder the one that holds `auto_distiller_tabular_data.csv`.
 * @throws DistillerError `io` when the file can't be read, `input` naming the line and column of what is wrong.
 */
export async function readOriginalTable(folder: string): Promise<readonly TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of readTable(join(folder, TRIALS_FILE), { required: COLUMNS })) {
    rows.push(tableRow(row.cells as readonly string[], row.place));
  }
  return rows;
}

function tableRow(given: readonly string[], place: string): TableRow {
  const record = Object.fromEntries(COLUMNS.map((name, i) => [name, given[i]]));
  const parsed = cells.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const column = String(issue?.path[0]);
    throw new DistillerError(
      'input',
      `${place}: column "${column}" holds ${JSON.stringify(record[column])}; ${issue?.message}. ` +
        'Check that the file is the one of the original study, whole.',
    );
  }
  const value = parsed.data;
  return {
    place,
    task: value.task,
    teacher: value.Teacher,
    student: value.Model,
    configuration: configurationOf(value, place),
    score: value.score,
    ratio: value.ratio,
    runs: 1,
  };
}

function configurationOf(value: z.output<typeof cells>, place: string): Configuration {
  const used = AUGMENTERS.filter((name) => value[name] > 0).sort((a, b) => value[a] - value[b]);
  if (used.some((name, i) => value[name] !== i + 1)) {
    throw new DistillerError(
      'input',
      `${place}: the places of the augmenters are ${AUGMENTERS.map((name) => `${name} ${value[name]}`).join(', ')}; ` +
        'expected 1, 2, 3 for those used, each once, and 0 for the rest. Mend the line.',
    );
  }
  return {
    loss: value.intermediate_loss_type,
    ...(value.intermediate_loss_type === 'mi' && { alpha: value.alpha }),
    map: value.intermediate_strategy,
    kd: value.kd_loss_type,
    mixup: value.mixup,
    augmentation: used.map((name) => SPELLING[name]).join('>') || 'none',
    ...(used.length > 0 && { augP: value.aug_p, repeatedAugmentation: value.repeated_aug }),
  };
}
