import { DistillerError, type TokenizerModel } from '@distiller/core';
import { z } from 'zod';

const tokenizerJson = z.looseObject({
  model: z.looseObject({
    type: z.literal('WordPiece'),
    vocab: z.record(z.string(), z.int().nonnegative()),
  }),
});

const WHOLE_WORD = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}]*$/u;
const MASK = '[MASK]';
const MOST_CACHED = 100_000;

/** A WordPiece vocabulary from both sides: the pieces of a word, and the words that are one piece. */
export class WordPieces {
  readonly maskId: number;
  /** Before and behind a text: `[CLS]` and `[SEP]`. */
  readonly first: number;
  readonly last: number;
  readonly padId: number;
  /** By id; undefined for continuations (`##ing`), punctuation and special tokens. */
  readonly words: readonly (string | undefined)[];
  readonly #tokenizer: TokenizerModel;
  readonly #cache = new Map<string, readonly number[]>();

  /** @throws DistillerError `config` when the tokenizer is no BERT tokenizer. */
  constructor(tokenizer: TokenizerModel, where: string) {
    const parsed = tokenizerJson.safeParse(JSON.parse(tokenizer.files()['tokenizer.json'] ?? '{}'));
    const vocabulary = parsed.data?.model.vocab ?? {};
    const maskId = vocabulary[MASK];
    const [first, last] = [0, -1].map((i) => tokenizer.encode([''], 3).ids.at(i));
    if (maskId === undefined || first === undefined || last === undefined) {
      throw new DistillerError(
        'config',
        `${where}: its tokenizer has no WordPiece vocabulary with ${MASK}. Words are only replaced by models with BERT's tokenizer, e.g. bert-base-uncased or distilbert-base-uncased.`,
      );
    }
    this.maskId = maskId;
    this.first = first;
    this.last = last;
    this.padId = tokenizer.padId;
    const words: (string | undefined)[] = [];
    for (const [token, id] of Object.entries(vocabulary)) {
      if (WHOLE_WORD.test(token)) words[id] = token;
    }
    this.words = words;
    this.#tokenizer = tokenizer;
  }

  /** Whether an id is a whole word other than this one, in any case. */
  isOtherWord(id: number, word: string): boolean {
    const other = this.words[id];
    return other !== undefined && other.toLowerCase() !== word.toLowerCase();
  }

  /** The pieces of a word, or of the punctuation between two. */
  idsOf(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known) return known;
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    const ids = this.#tokenizer.encode([word], Number.MAX_SAFE_INTEGER).ids.slice(1, -1);
    this.#cache.set(word, ids);
    return ids;
  }
}
