import { resolve } from 'node:path';
import { validateRecipe, type Reporter, type Student } from '@distiller/core';
import { z } from 'zod';
import { customStudent, DEFAULT_MAX_LENGTH } from './custom.js';
import type { Network } from './network.js';
import { tokenizerSetting } from './tokenizer-settings.js';
import { withWordVectors } from './word-vectors.js';

const reading = {
  maxLength: z.int().positive().default(DEFAULT_MAX_LENGTH).describe('Longest input in tokens.'),
  tokenizer: tokenizerSetting
    .default('teacher')
    .describe("The teacher's, one of a folder, or a WordPiece learnt from the task's texts."),
  vectors: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Text file of word vectors (GloVe, word2vec): a token and embeddingSize numbers a line.',
    ),
};

/** Settings of a student on word vectors: the sizes of its network, and what it reads. */
export function wordVectorSettings<Sizes extends z.ZodRawShape>(sizes: Sizes) {
  return z.strictObject({ ...sizes, ...reading });
}

type WordVectorSettings<Settings> = z.ZodType<
  Settings & z.output<z.ZodObject<typeof reading>>,
  object
>;

export interface WordVectorServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  readonly reporter?: Reporter;
}

/**
 * A student of a network on word vectors, which are random or read from a file.
 *
 * @throws DistillerError `config` listing every problem of the options.
 */
export function wordVectorStudent<Settings>(
  network: Network<Settings>,
  settings: WordVectorSettings<Settings>,
  options: object,
  { resolvePath = resolve, reporter }: WordVectorServices = {},
): Student {
  const checked = validateRecipe(settings, options, `student ${network.modelType}`);
  const { maxLength, tokenizer, vectors, ...sizes } = checked;
  return customStudent({
    network,
    settings: sizes as Settings,
    maxLength,
    tokenizer,
    resolvePath,
    ...(vectors && { start: withWordVectors(resolvePath(vectors), reporter) }),
  });
}
