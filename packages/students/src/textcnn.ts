import { resolve } from 'node:path';
import {
  defineComponent,
  REPORTER,
  RESOLVE_PATH,
  validateRecipe,
  type Reporter,
  type Student,
} from '@distiller/core';
import { z } from 'zod';
import { textcnnNetwork, textcnnSizes } from './textcnn-network.js';
import { customStudent, DEFAULT_MAX_LENGTH } from './custom.js';
import { networkArchitecture } from './network-architecture.js';
import { tokenizerSetting } from './tokenizer-settings.js';
import { withWordVectors } from './word-vectors.js';

const settings = z.strictObject({
  ...textcnnSizes,
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
});

export type TextcnnOptions = z.input<typeof settings>;

interface NetworkServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  readonly reporter?: Reporter;
}

/**
 * The convolutional student of Kim, with random weights or pre-trained word vectors.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 */
export function textcnn(
  options: TextcnnOptions = {},
  { resolvePath = resolve, reporter }: NetworkServices = {},
): Student {
  const checked = validateRecipe(settings, options, 'student textcnn');
  const { maxLength, tokenizer, vectors, ...sizes } = checked;
  return customStudent({
    network: textcnnNetwork,
    settings: sizes,
    maxLength,
    tokenizer,
    resolvePath,
    ...(vectors && { start: withWordVectors(resolvePath(vectors), reporter) }),
  });
}

export const textcnnComponent = defineComponent({
  kind: 'student',
  name: 'textcnn',
  summary: 'Convolutions over word vectors, each pooled to its maximum.',
  source: 'Kim 2014, arXiv:1408.5882, §2',
  settings,
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER },
  create: textcnn,
});

export const textcnnArchitecture = networkArchitecture(textcnnNetwork, 'Saved textcnn students.');
