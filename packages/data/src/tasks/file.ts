import { defineComponent, DistillerError, RESOLVE_PATH } from '@distiller/core';
import { z } from 'zod';
import type { TableOptions } from '../readers/read-table.js';
import { paths, validationSetting } from './file-settings.js';
import { tableTask, type TableSource } from './table-task.js';

const column = z.union([z.string().min(1), z.int().nonnegative()]);
const labelValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const settings = z.strictObject({
  kind: z
    .enum(['classification', 'regression', 'multi-label'])
    .default('classification')
    .describe('Multi-label: any number of labels, or none, for each text.'),
  train: paths.optional().describe('File or files with labelled examples.'),
  validation: validationSetting(0.1).describe(
    'File or files, or the share to cut from the training examples, class by class.',
  ),
  test: paths.optional().describe('File or files, with or without labels.'),
  transfer: paths.optional().describe('File or files with text on which only the teacher speaks.'),
  text: column.default('text').describe('Column of the text: its name, or its place from 0.'),
  textPair: column.optional().describe('Column of the second text of a pair.'),
  label: z
    .union([column, z.array(column).min(2)])
    .default('label')
    .describe('Column of the label; for multi-label also a column of 0 and 1 for each label.'),
  separator: z
    .string()
    .min(1)
    .default(',')
    .describe('For multi-label: between the labels of a cell.'),
  labels: z
    .array(
      z.union([
        labelValue.transform((value) => ({ value, name: value })),
        z.strictObject({ value: labelValue, name: z.string().min(1) }),
      ]),
    )
    .min(2)
    .superRefine((labels, context) => {
      const repeated = labels.find(
        ({ value, name }, i) =>
          labels.findIndex((label) => label.value === value || label.name === name) < i,
      );
      if (repeated)
        context.addIssue({ code: 'custom', message: `"${repeated.name}" is given twice` });
    })
    .optional()
    .describe(
      'Labels in id order, with names for them; found in the training examples if left out.',
    ),
  selects: z.string().optional().describe('The metric that chooses the best checkpoint.'),
  format: z
    .enum(['tsv', 'csv', 'jsonl', 'parquet'])
    .optional()
    .describe('Told from the name of the file if left out.'),
  header: z.boolean().optional().describe('Whether the first line names the columns; it does.'),
  encoding: z.enum(['utf-8', 'latin1']).optional().describe('UTF-8 if left out.'),
  delimiter: z.string().length(1).optional().describe('Between cells: tab in TSV, comma in CSV.'),
  quotes: z
    .boolean()
    .optional()
    .describe('Whether cells may be quoted: not in TSV, in CSV they may.'),
  columns: z
    .int()
    .min(2)
    .optional()
    .describe('Number of columns, when the last one takes the rest of the line. Without quotes.'),
  malformed: z
    .enum(['error', 'skip'])
    .optional()
    .describe('What to do with a row of too few or too many cells: an error if left out.'),
});

/** Any TSV, CSV, JSONL or Parquet files, by naming their columns. */
export const fileTask = defineComponent({
  kind: 'task',
  name: 'file',
  summary: 'Text or pairs of texts in TSV, CSV, JSONL or Parquet files, by naming the columns.',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  create(options, { resolvePath }) {
    const { kind, train, validation, test, transfer, text, textPair, label, labels, selects } =
      options;
    assertLabelsFit(options);
    if (
      train === undefined &&
      labels === undefined &&
      kind !== 'regression' &&
      !Array.isArray(label)
    ) {
      throw new DistillerError(
        'config',
        'Task file has neither "train" nor "labels", so its classes are unknown; give one of them.',
      );
    }
    const texts: TableSource['texts'] = textPair === undefined ? [text] : [text, textPair];
    const source = (files: readonly string[] | undefined): TableSource | undefined =>
      files && { paths: files.map(resolvePath), texts, label, options: tableOptions(options) };
    return tableTask({
      name: 'file',
      kind,
      arity: texts.length,
      labels,
      separator: options.separator,
      selects,
      sources: withoutUndefined({
        train: source(train),
        validation: Array.isArray(validation) ? source(validation) : undefined,
        test: source(test),
        transfer: source(transfer),
      }),
      validation: Array.isArray(validation) ? undefined : validation,
    });
  },
});

/** @throws DistillerError `config` when there are several label columns but not a class for each. */
function assertLabelsFit({ kind, label, labels }: z.output<typeof settings>): void {
  if (!Array.isArray(label)) return;
  if (kind !== 'multi-label') {
    throw new DistillerError(
      'config',
      `Task file has ${label.length} label columns, which only kind: multi-label can have; it is ${kind}.`,
    );
  }
  if (labels && labels.length !== label.length) {
    throw new DistillerError(
      'config',
      `Task file names ${labels.length} labels for ${label.length} label columns; give one name a column.`,
    );
  }
}

function tableOptions(options: z.output<typeof settings>): TableOptions {
  const { format, header, encoding, delimiter, quotes, columns, malformed } = options;
  return withoutUndefined({ format, header, encoding, delimiter, quotes, columns, malformed });
}

/** Settings that were left out must not hide the reader's own defaults. */
function withoutUndefined<T extends object>(
  object: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as never;
}
