import {
  createRng,
  defineComponent,
  DistillerError,
  RESOLVE_PATH,
  type Example,
  type Split,
  type Task,
  type TaskEvaluation,
} from '@distiller/core';
import { z } from 'zod';
import { readTable } from '../readers/read-table.js';
import { readTextBlocks } from '../readers/text-blocks.js';
import { paths, validationSetting } from './file-settings.js';
import { stratifiedSplit } from './stratified-split.js';

const settings = z.strictObject({
  train: paths
    .optional()
    .describe('File or files of text: a text a line, or tables if `text` is given.'),
  validation: validationSetting(0.02).describe(
    'File or files, or the share to cut from the training texts.',
  ),
  test: paths.optional().describe('File or files of text to report on.'),
  text: z
    .union([z.string().min(1), z.int().nonnegative()])
    .optional()
    .describe('Column of the text in TSV, CSV, JSONL or Parquet files.'),
});

type Column = z.output<typeof settings>['text'];

/**
 * Words hidden in plain text, to be found again: what masked language models are trained on. Nothing is labelled; which
 * tokens are hidden is decided batch by batch in the training. A row of its outputs holds, for one text, the sum of
 * −log p over the hidden tokens, how many were found and how many there are.
 *
 * @see Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2018, §3.1 (masked LM), arXiv:1810.04805
 */
export const maskedLmTask = defineComponent({
  kind: 'task',
  name: 'masked-lm',
  summary: 'Hidden words of plain text, to train a masked language model.',
  source: 'Devlin et al. 2018, §3.1, arXiv:1810.04805',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  async create({ train, validation, test, text }, { resolvePath }) {
    const source = (files: readonly string[], split: Split) => () =>
      readTexts(files.map(resolvePath), split, text);
    const held = test && { test: source(test, 'test') };
    if (Array.isArray(validation)) {
      return maskedLm({
        ...(train && { train: source(train, 'train') }),
        validation: source(validation, 'validation'),
        ...held,
      });
    }
    if (!train) {
      if (held) return maskedLm(held);
      throw new DistillerError(
        'config',
        'Task masked-lm has no texts: name files for train, validation or test.',
      );
    }
    const all = source(train, 'train');
    const { fraction, seed } = validation;
    const where = train.join(', ');
    const count = await countOf(all());
    const size = Math.max(1, Math.round(fraction * count));
    const parts = stratifiedSplit(
      new Array<number>(count).fill(0),
      [size],
      createRng(seed).derive('validation'),
      where,
    );
    const part = (number: number) => () => keep(all(), (i) => parts[i] === number);
    return maskedLm({ train: part(-1), validation: part(0), ...held });
  },
});

function maskedLm(read: Readonly<Partial<Record<Split, () => AsyncIterable<Example>>>>): Task {
  const splits = Object.keys(read) as Split[];
  return {
    name: 'masked-lm',
    kind: 'masked-lm',
    arity: 1,
    labels: [],
    activation: 'softmax',
    outputs: 3,
    splits,
    read(split) {
      const open = read[split];
      if (open) return open();
      throw new DistillerError(
        'config',
        `Task masked-lm has no ${split} split. It has: ${splits.join(', ')}.`,
      );
    },
    metrics: ['accuracy', 'loss', 'perplexity'],
    selects: 'accuracy',
    evaluation: hiddenEvaluation,
  };
}

/** Takes logits of [B, 3] for a batch: Σ −log p, tokens found, tokens hidden. */
function hiddenEvaluation(): TaskEvaluation {
  const sums = [0, 0, 0];
  return {
    add({ examples }, { data }) {
      for (let i = 0; i < 3 * examples.length; i++)
        sums[i % 3] = (sums[i % 3] as number) + (data[i] as number);
    },
    scores() {
      const [loss = 0, found = 0, hidden = 0] = sums;
      const mean = loss / hidden;
      return { accuracy: found / hidden, loss: mean, perplexity: Math.exp(mean) };
    },
  };
}

/** Every text is its own truth; the label says nothing. */
async function* readTexts(
  files: readonly string[],
  split: Split,
  column: Column,
): AsyncGenerator<Example, void, undefined> {
  let number = 0;
  for (const path of files) {
    for await (const text of column === undefined ? linesOf(path) : cellsOf(path, column)) {
      if (text.trim() === '') continue;
      yield { id: `${split}/${number++}`, texts: [text.trim()], label: 0 };
    }
  }
  if (number === 0) {
    throw new DistillerError('input', `${files.join(', ')}: there is no text for ${split}.`);
  }
}

async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  for await (const { text } of readTextBlocks(path, 'utf-8')) yield* text.split(/\r?\n/);
}

async function* cellsOf(
  path: string,
  column: string | number,
): AsyncGenerator<string, void, undefined> {
  for await (const { cells } of readTable(path, { required: [column] })) yield cells[0] ?? '';
}

async function countOf(examples: AsyncIterable<Example>): Promise<number> {
  let count = 0;
  for await (const _ of examples) count++;
  return count;
}

async function* keep(
  examples: AsyncIterable<Example>,
  isKept: (index: number) => boolean,
): AsyncGenerator<Example, void, undefined> {
  let index = 0;
  for await (const example of examples) if (isKept(index++)) yield example;
}
