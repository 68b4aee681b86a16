import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defineComponent,
  DistillerError,
  RESOLVE_PATH,
  type AnyComponent,
  type Split,
} from '@distiller/core';
import { z } from 'zod';
import type { TableOptions } from '../readers/read-table.js';
import type { Column } from '../readers/row.js';
import type { ClassLabel } from './class-labels.js';
import type { LabelSpec } from './row-labels.js';
import { tableTask, type TableSource } from './table-task.js';

interface GlueFiles {
  readonly files: readonly string[];
  readonly texts: readonly [Column] | readonly [Column, Column];
  readonly label?: Column;
  readonly options?: TableOptions;
}

interface GlueTask {
  readonly summary: string;
  readonly kind?: LabelSpec['kind'];
  /** File value → name, in id order. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly selects: string;
  readonly train: GlueFiles;
  /** Like `train` but for the files. */
  readonly validation: readonly string[];
  /** The first whose files are all there. */
  readonly test: readonly GlueFiles[];
}

const sentences = ['sentence1', 'sentence2'] as const;
const entailment = { '0': 'not_entailment', '1': 'entailment' };

/**
 * The GLUE tasks, with the columns, label order and selecting metric of the study. The files hold quotes as text.
 *
 * @see Wang et al., "GLUE", 2019, arXiv:1804.07461, table 1
 */
const TASKS: Readonly<Record<string, GlueTask>> = {
  'sst-2': {
    summary: 'Sentiment of a sentence from a film review.',
    labels: { '0': 'negative', '1': 'positive' },
    selects: 'accuracy',
    train: { files: ['train.tsv'], texts: ['sentence'], label: 'label' },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: ['sentence'] }],
  },
  cola: {
    summary: 'Whether a sentence is acceptable English.',
    labels: { '0': 'unacceptable', '1': 'acceptable' },
    selects: 'matthews',
    train: { files: ['train.tsv'], texts: [3], label: 1, options: { header: false } },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: ['sentence'] }],
  },
  mrpc: {
    summary: 'Whether two sentences say the same.',
    labels: { '0': 'not_equivalent', '1': 'equivalent' },
    selects: 'f1',
    train: { files: ['train.tsv'], texts: ['#1 String', '#2 String'], label: 'Quality' },
    validation: ['dev.tsv'],
    test: [
      {
        files: ['msr_paraphrase_test.txt'],
        texts: ['#1 String', '#2 String'],
        label: 'Quality',
        options: { format: 'tsv' },
      },
      { files: ['test.tsv'], texts: ['#1 String', '#2 String'] },
    ],
  },
  qqp: {
    summary:
      'Whether two questions ask the same. Malformed rows of the original files are skipped.',
    labels: { '0': 'not_duplicate', '1': 'duplicate' },
    selects: 'accuracy',
    train: {
      files: ['train.tsv'],
      texts: ['question1', 'question2'],
      label: 'is_duplicate',
      options: { malformed: 'skip' },
    },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: ['question1', 'question2'] }],
  },
  'sts-b': {
    summary: 'Similarity of two sentences from 0 to 5.',
    kind: 'regression',
    selects: 'pearson-spearman',
    train: { files: ['train.tsv'], texts: sentences, label: 'score' },
    validation: ['dev.tsv'],
    test: [
      {
        files: ['test-labeled.orig.tsv'],
        texts: [5, 6],
        label: 4,
        options: { header: false },
      },
      { files: ['test.tsv'], texts: sentences },
    ],
  },
  mnli: {
    summary:
      'Whether one sentence follows from another, in three classes. Validation is the matched, then the mismatched set.',
    labels: { entailment: 'entailment', neutral: 'neutral', contradiction: 'contradiction' },
    selects: 'accuracy',
    train: { files: ['train.tsv'], texts: sentences, label: 'gold_label' },
    validation: ['dev_matched.tsv', 'dev_mismatched.tsv'],
    test: [{ files: ['test_matched.tsv', 'test_mismatched.tsv'], texts: sentences }],
  },
  qnli: {
    summary: 'Whether a sentence answers a question.',
    labels: { entailment: 'entailment', not_entailment: 'not_entailment' },
    selects: 'accuracy',
    train: { files: ['train.tsv'], texts: ['question', 'sentence'], label: 'label' },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: ['question', 'sentence'] }],
  },
  rte: {
    summary: 'Whether one sentence follows from another.',
    labels: { entailment: 'entailment', not_entailment: 'not_entailment' },
    selects: 'accuracy',
    train: { files: ['train.tsv'], texts: sentences, label: 'label' },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: sentences }],
  },
  wnli: {
    summary: 'Whether a sentence with its pronoun replaced follows from the original.',
    labels: entailment,
    selects: 'accuracy',
    train: { files: ['train.tsv'], texts: sentences, label: 'label' },
    validation: ['dev.tsv'],
    test: [{ files: ['test.tsv'], texts: sentences }],
  },
};

const settings = z.strictObject({
  folder: z.string().min(1).describe('Folder with the TSV files of the task, as GLUE ships them.'),
  selects: z.string().optional().describe('The metric that chooses the best checkpoint.'),
});

/** The GLUE tasks by name. A split exists when its files do. */
export const glueTasks: readonly AnyComponent[] = Object.entries(TASKS).map(([name, task]) =>
  defineComponent({
    kind: 'task',
    name,
    summary: task.summary,
    source: 'Wang et al., GLUE, 2019, arXiv:1804.07461, table 1',
    settings,
    needs: { resolvePath: RESOLVE_PATH },
    async create(options, { resolvePath }) {
      const folder = resolvePath(options.folder);
      const sources: Partial<Record<Split, TableSource>> = {};
      const offers: readonly (readonly [Split, GlueFiles])[] = [
        ['train', task.train],
        ['validation', { ...task.train, files: task.validation }],
        ...task.test.map((files) => ['test', files] as const),
      ];
      for (const [split, { files, ...source }] of offers) {
        const paths = files.map((file) => join(folder, file));
        if (!sources[split] && (await allExist(paths))) sources[split] = { paths, ...source };
      }
      if (!sources.train && !sources.validation) {
        throw new DistillerError(
          'config',
          `${folder} holds no ${name} files: found neither ${task.train.files.join()} nor ${task.validation.join(' and ')}. ` +
            'Set "folder" to the folder that holds them.',
        );
      }
      return tableTask({
        name,
        kind: task.kind ?? 'classification',
        arity: task.train.texts.length,
        labels: Object.entries(task.labels ?? {}).map(([value, label]): ClassLabel => ({
          value,
          name: label,
        })),
        sources,
        selects: options.selects ?? task.selects,
      });
    },
  }),
);

async function allExist(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
