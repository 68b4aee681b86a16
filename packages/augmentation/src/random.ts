import { defineComponent, validateRecipe, type Augmenter } from '@distiller/core';
import { z } from 'zod';
import { byText } from './by-text.js';
import { deletion } from './operations/delete.js';
import { insert } from './operations/insert.js';
import type { Operation } from './operations/operation.js';
import { swap } from './operations/swap.js';
import { synonym } from './operations/synonym.js';
import { joinWords, splitWords } from './split-words.js';
import { loadSynonyms, type Synonyms } from './synonyms.js';
import { shareSettings } from './words-to-touch.js';

const OPERATIONS = { swap, synonym, insert, delete: deletion } as const satisfies Record<
  string,
  Operation
>;

type OperationName = keyof typeof OPERATIONS;

const NAMES = Object.keys(OPERATIONS) as [OperationName, ...OperationName[]];

const settings = z.strictObject({
  operation: z
    .union([z.enum(NAMES), z.array(z.enum(NAMES)).min(1)])
    .default('swap')
    .describe('What is done to a text; of several, one is drawn for each text.'),
  ...shareSettings,
});

export type RandomOptions = z.input<typeof settings>;

const NO_SYNONYMS: Synonyms = { of: () => [] };

/**
 * Small random changes: words swapped with their neighbours, replaced by WordNet synonyms, inserted or deleted.
 * n = clamp(⌊p·length⌋, min, max) words are touched; deletion drops each with probability p.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 * @see Wei and Zou, "EDA: Easy Data Augmentation Techniques", 2019, §2, arXiv:1901.11196
 */
export function random(options: RandomOptions = {}): Augmenter {
  const { operation, ...share } = validateRecipe(settings, options, 'augmenter random');
  const names = [operation].flat();
  const needsSynonyms = names.includes('synonym') || names.includes('insert');
  const prepare = async () => (needsSynonyms ? loadSynonyms() : NO_SYNONYMS);
  return byText('random', prepare, (text, rng, synonyms) => {
    const name = names[names.length === 1 ? 0 : rng.integer(names.length)] as OperationName;
    return joinWords(OPERATIONS[name]({ text: splitWords(text), rng, share, synonyms }));
  });
}

export const randomComponent = defineComponent({
  kind: 'augmenter',
  name: 'random',
  summary: 'Swaps, replaces, inserts or deletes a few words.',
  source: 'Wei and Zou 2019, arXiv:1901.11196',
  settings,
  needs: {},
  create: (options) => random(options),
});
