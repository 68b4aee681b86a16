import type { ModelProfile, TaskProfile } from '../predict/trial-set.js';
import type { NamedTrials } from '../trial-file.js';
import { averageRepeats, repeatNoise } from './average-repeats.js';
import { cleanTable } from './clean-table.js';
import { readOriginalTable } from './original-table.js';

const task = (examples: number, classes: number, arity: 1 | 2, baseline: number): TaskProfile => ({
  examples,
  classes,
  arity,
  baseline,
});

/**
 * The tasks of the original study: training pairs or texts, and the score of the benchmark's CBoW baseline.
 *
 * @see Wang et al., "GLUE", 2019, arXiv:1804.07461, tables 1 and 5
 */
export const ORIGINAL_TASKS: Readonly<Record<string, TaskProfile>> = {
  mnli: task(392_702, 3, 2, 0.562),
  qqp: task(363_846, 2, 2, 0.791),
  qnli: task(104_743, 2, 2, 0.721),
  'sst-2': task(67_349, 2, 1, 0.8),
  cola: task(8551, 2, 1, 0),
  mrpc: task(3668, 2, 2, 0.815),
  rte: task(2490, 2, 2, 0.541),
  stsb: task(5749, 1, 2, 0.612),
};

const model = (layers: number, width: number, millions: number): ModelProfile => ({
  layers,
  width,
  parameters: millions * 1e6,
});

/** The models of the original study, as published with their checkpoints. */
export const ORIGINAL_MODELS: Readonly<Record<string, ModelProfile>> = {
  BERT_BASE: model(12, 768, 109.5),
  ELECTRA_BASE: model(12, 768, 110),
  'ELECTRA-large': model(24, 1024, 335),
  'Roberta-large': model(24, 1024, 355),
  BERT_MEDIUM: model(8, 512, 41.4),
  BERT_SMALL: model(4, 512, 28.8),
  BERT_MINI: model(4, 256, 11.2),
  BERT_TINY: model(2, 128, 4.4),
  TinyBERT4: model(4, 312, 14.4),
  TinyBERT6: model(6, 768, 67),
  ELECTRA_SMALL: model(12, 256, 14),
};

/** Repeated runs without which the noise of a task counts as unknown. */
const ENOUGH = 10;

/**
 * The cleaned table of the original study, repeated runs averaged.
 *
 * @param folder holds `auto_distiller_tabular_data.csv`.
 * @throws DistillerError as `readOriginalTable`.
 */
export async function originalTrials(folder: string): Promise<NamedTrials> {
  const rows = cleanTable(await readOriginalTable(folder));
  const noise = Object.fromEntries(
    [...repeatNoise(rows)]
      .filter(([, { degrees }]) => degrees >= ENOUGH)
      .map(([name, { deviation }]) => [name, deviation]),
  );
  return {
    source: 'the cleaned table of the original study',
    observations: averageRepeats(rows),
    tasks: ORIGINAL_TASKS,
    models: ORIGINAL_MODELS,
    noise,
  };
}
