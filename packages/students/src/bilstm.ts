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
import { bilstmNetwork, bilstmSizes } from './bilstm-network.js';
import { customStudent, DEFAULT_MAX_LENGTH } from './custom.js';
import { networkArchitecture } from './network-architecture.js';
import { tokenizerSetting } from './tokenizer-settings.js';
import { withWordVectors } from './word-vectors.js';

const settings = z.strictObject({
  ...bilstmSizes,
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

export type BilstmOptions = z.input<typeof settings>;

interface NetworkServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  readonly reporter?: Reporter;
}

/**
 * The bi-LSTM student of Tang et al., with random weights or pre-trained word vectors.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 */
export function bilstm(
  options: BilstmOptions = {},
  { resolvePath = resolve, reporter }: NetworkServices = {},
): Student {
  const checked = validateRecipe(settings, options, 'student bilstm');
  const { maxLength, tokenizer, vectors, ...sizes } = checked;
  return customStudent({
    network: bilstmNetwork,
    settings: sizes,
    maxLength,
    tokenizer,
    resolvePath,
    ...(vectors && { start: withWordVectors(resolvePath(vectors), reporter) }),
  });
}

export const bilstmComponent = defineComponent({
  kind: 'student',
  name: 'bilstm',
  summary: 'A one-layer bidirectional LSTM on word vectors.',
  source: 'Tang et al. 2019, arXiv:1903.12136, §3.1',
  settings,
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER },
  create: bilstm,
});

export const bilstmArchitecture = networkArchitecture(bilstmNetwork, 'Saved bilstm students.');
