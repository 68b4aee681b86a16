import { resolve } from 'node:path';
import {
  defineComponent,
  ENGINE,
  RESOLVE_PATH,
  validateRecipe,
  type Augmenter,
  type Engine,
  type Rng,
  type TextModel,
} from '@distiller/core';
import { loadModel } from '@distiller/transformer';
import { z } from 'zod';
import { stopIfAsked, streamOf } from './by-text.js';
import { inCaseOf } from './letter-case.js';
import { likeliest } from './likely-ids.js';
import { MaskedPredictor, type MaskedRow } from './masked-predictor.js';
import { NearestWords } from './nearest-words.js';
import { PieceText } from './piece-text.js';
import { joinWords, splitWords } from './split-words.js';
import { isStopWord } from './stop-words.js';
import { WordPieces } from './word-pieces.js';
import { readWordVectors, type WordVectors } from './word-vectors.js';

const choice = {
  k: z.int().positive().default(15).describe('Candidates for a word, one of which is drawn.'),
  p: z.number().min(0).max(1).default(0.4).describe('Probability that a word is replaced.'),
  batchSize: z.int().positive().default(32).describe('Texts that the model reads at once.'),
};

const settings = z.strictObject({
  vectors: z
    .string()
    .min(1)
    .describe('File of word vectors: text of word2vec or GloVe; rows only if `words` is given.'),
  words: z
    .string()
    .optional()
    .describe('File of words, one a line, for rows of a float32 scale and int8 numbers.'),
  limit: z
    .int()
    .positive()
    .optional()
    .describe('Words read at most, the first ones; all if left out.'),
  model: z
    .string()
    .optional()
    .describe('Folder of a masked language model that proposes words that are one piece to it.'),
  ...choice,
});

const options = z.strictObject(choice);

export type EmbeddingOptions = z.input<typeof options>;

/** A masked language model for words that are a single piece to it. */
export interface EmbeddingModel {
  readonly model: TextModel;
  readonly engine: Engine;
}

interface Pending {
  readonly text: string;
  readonly rng: Rng;
  /** Words to be replaced, ascending. */
  readonly targets: readonly number[];
  /** Candidates of each target. */
  readonly candidates: (readonly string[])[];
}

/**
 * TinyBERT's replacement of words: each word that is no stop word is replaced with probability p by one of k candidates, all
 * as likely: the words with the nearest vectors; or, with a model and a word that is one piece to it, the k words
 * that it finds likeliest in the word's place, the rest of the text as it was.
 *
 * @throws DistillerError `config` listing every problem of the options, or when the model's tokenizer is not BERT's.
 * @see Jiao et al., "TinyBERT", 2020, §4 and Algorithm 1 (data augmentation; p_t 0.4, K 15), arXiv:1909.10351
 */
export function embedding(
  vectors: WordVectors,
  given: EmbeddingOptions = {},
  masked?: EmbeddingModel,
): Augmenter {
  const { k, p, batchSize } = validateRecipe(options, given, 'augmenter embedding');
  const nearest = new NearestWords(vectors, k);
  const proposer = masked && new Proposer(masked, k, batchSize);
  return {
    async augment(texts, rngs, signal) {
      stopIfAsked('embedding', signal);
      const all = texts.map((text, i) => begin(text, streamOf('embedding', rngs, i), p));
      await proposer?.propose(all, () => stopIfAsked('embedding', signal));
      return all.map((pending) => {
        stopIfAsked('embedding', signal);
        return finish(pending, nearest);
      });
    },
    async dispose() {
      await proposer?.dispose();
    },
  };
}

function begin(text: string, rng: Rng, p: number): Pending {
  const { words } = splitWords(text);
  const targets = [...words.keys()].filter(
    (i) => !isStopWord(words[i] as string) && rng.uniform() < p,
  );
  return { text, rng, targets, candidates: [] };
}

function finish({ text, rng, targets, candidates }: Pending, nearest: NearestWords): string {
  const { words, gaps } = splitWords(text);
  const replaced = [...words];
  for (const [t, i] of targets.entries()) {
    const word = words[i] as string;
    const choices = candidates[t] ?? nearest.of(word);
    if (choices.length === 0) continue;
    replaced[i] = inCaseOf(word, choices[rng.integer(choices.length)] as string);
  }
  return joinWords({ words: replaced, gaps });
}

/** Asks the model about every target that is one piece to it. */
class Proposer {
  readonly #pieces: WordPieces;
  readonly #predictor: MaskedPredictor;

  constructor(
    private readonly masked: EmbeddingModel,
    private readonly k: number,
    batchSize: number,
  ) {
    const { model, engine } = masked;
    this.#pieces = new WordPieces(model.tokenizer, 'augmenter embedding: the model');
    this.#predictor = new MaskedPredictor(model, engine, batchSize);
  }

  async propose(all: readonly Pending[], beforeBatch: () => void): Promise<void> {
    const rows: MaskedRow[] = [];
    const owners: { readonly pending: Pending; readonly target: number; readonly word: string }[] =
      [];
    for (const pending of all) {
      const { maxLength } = this.masked.model.description;
      const text = new PieceText(pending.text, this.#pieces, maxLength);
      for (const [target, i] of pending.targets.entries()) {
        if (i >= text.visible || !text.isSinglePiece(i)) continue;
        rows.push(text.masked(i));
        owners.push({ pending, target, word: text.words[i] as string });
      }
    }
    const { words } = this.#pieces;
    await this.#predictor.predict(
      rows,
      (row, logits) => {
        const { pending, target, word } = owners[row] as (typeof owners)[number];
        const ids = likeliest(logits, this.k, (id) => this.#pieces.isOtherWord(id, word));
        pending.candidates[target] = ids.map((id) => words[id] as string);
      },
      beforeBatch,
    );
  }

  dispose(): Promise<void> {
    return this.#predictor.dispose();
  }
}

interface EmbeddingServices {
  readonly engine: Engine;
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
}

export const embeddingComponent = defineComponent({
  kind: 'augmenter',
  name: 'embedding',
  summary: 'Replaces words by words of similar meaning, as TinyBERT does.',
  source: 'Jiao et al. 2020, §4, arXiv:1909.10351',
  settings,
  needs: { engine: ENGINE, resolvePath: RESOLVE_PATH },
  async create(
    { vectors, words, limit, model: folder, ...rest },
    { engine, resolvePath = resolve }: EmbeddingServices,
  ) {
    const files = { vectors: resolvePath(vectors), words: words && resolvePath(words), limit };
    const model = folder && (await loadModel(resolvePath(folder), { maskedLm: true }));
    return embedding(await readWordVectors(files), rest, model ? { model, engine } : undefined);
  },
});
