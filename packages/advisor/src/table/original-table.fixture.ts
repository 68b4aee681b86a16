import { mkdtemp, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRIALS_FILE } from './original-table.js';

const HEADER =
  'Model,Teacher,intermediate_loss_type,alpha,intermediate_strategy,kd_loss_type,mixup,repeated_aug,aug_p,#example,score,task,ratio,baseline_score,contextual,backtranslation,random';

/** Cells of a line that matter to a test; the rest are those of an ordinary one. */
export interface Cells {
  readonly task?: string;
  readonly Model?: string;
  readonly intermediate_loss_type?: string;
  readonly alpha?: string | number;
  readonly intermediate_strategy?: string;
  readonly kd_loss_type?: string;
  readonly mixup?: string;
  readonly aug_p?: number;
  readonly score?: string | number;
  readonly ratio?: string | number;
  readonly contextual?: number;
  readonly backtranslation?: number;
  readonly random?: number;
}

const ORDINARY = {
  Model: 'TinyBERT4',
  Teacher: 'BERT_BASE',
  intermediate_loss_type: 'mse',
  alpha: 0.1,
  intermediate_strategy: 'skip',
  kd_loss_type: 'ce',
  mixup: 'FALSE',
  repeated_aug: 1,
  aug_p: 0.3,
  '#example': 2500,
  score: 0.6,
  task: 'rte',
  ratio: 0.9,
  baseline_score: 54.1,
  contextual: 0,
  backtranslation: 0,
  random: 0,
};

/** Writes a table in the form of the original study's into a new folder, without a newline at its end like that one; its path. */
export async function writeTable(lines: readonly Cells[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'distiller-table-'));
  const rows = lines.map((cells) => Object.values({ ...ORDINARY, ...cells }).join(','));
  await writeFile(join(folder, TRIALS_FILE), [HEADER, ...rows].join('\n'));
  return folder;
}

/** The folder of the original study's data, or undefined and a printed reason. */
export function originalFolder(): string | undefined {
  const data =
    process.env['DISTILLER_DATA'] ??
    fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
  const folder = join(data, 'autodistiller');
  if (existsSync(folder)) return folder;
  console.info(
    `Skipped: no table of the original study in ${folder}; set DISTILLER_DATA to the folder that holds autodistiller/.`,
  );
  return undefined;
}
