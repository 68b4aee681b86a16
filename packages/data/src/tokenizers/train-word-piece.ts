import { DistillerError } from '@distiller/core';
import { adaptTextToLibrary } from './adapt-text-to-library.js';
import {
  BERT_SPECIAL_TOKENS,
  bertNormalizerJson,
  bertTokenizerJson,
} from './bert-tokenizer-json.js';
import type { TokenizerJson } from './hugging-face-tokenizer.js';
import { mergePairs, Vocabulary, type Word } from './merge-pairs.js';
import { createLibraryTokenizer } from './tokenizer-library.js';

export interface WordPieceOptions {
  /** Tokens at most, special tokens included. */
  readonly vocabularySize: number;
  /** A pair must occur this often to become a token. ≥ 1, default 2. */
  readonly minFrequency?: number;
  /** Lower-cases and strips accents. Default true. */
  readonly lowercase?: boolean;
}

/** Longer words become [UNK] when encoding, so they teach nothing. In characters. */
const LONGEST_WORD = 100;

/** Characters kept in the alphabet at most, the most frequent ones; the rest becomes [UNK]. */
const LARGEST_ALPHABET = 1000;

/**
 * A WordPiece vocabulary learnt from texts, as a standard BERT `tokenizer.json`. Starts from characters and
 * joins the most frequent neighbouring pair of pieces until the vocabulary is full; among equally frequent
 * pairs the one whose pieces came first. Same texts in any order, same tokenizer.
 *
 * @throws DistillerError `config` when the vocabulary can't even hold the special tokens and one character.
 * @throws DistillerError `input` when the texts hold no word.
 * @see Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016, §3.2,
 *   arXiv:1508.07909 (the merging rule; the pieces are written with BERT's ## prefix)
 */
export async function trainWordPiece(
  texts: Iterable<string> | AsyncIterable<string>,
  { vocabularySize, minFrequency = 2, lowercase = true }: WordPieceOptions,
): Promise<TokenizerJson> {
  const least = BERT_SPECIAL_TOKENS.length + 1;
  if (!Number.isInteger(vocabularySize) || vocabularySize < least) {
    throw new DistillerError(
      'config',
      `trainWordPiece: vocabularySize is ${vocabularySize}; expected a whole number of at least ${least}.`,
    );
  }
  const counts = await countWords(texts, lowercase);
  if (counts.size === 0) {
    throw new DistillerError(
      'input',
      'trainWordPiece: the texts hold no word to learn from. Check that the text column is the right one.',
    );
  }
  const vocabulary = new Vocabulary(vocabularySize);
  for (const token of BERT_SPECIAL_TOKENS) vocabulary.add(token);
  mergePairs(splitIntoCharacters(counts, vocabulary), vocabulary, minFrequency);
  return bertTokenizerJson(vocabulary.tokens, { lowercase });
}

/** Words as the tokenizer will see them, with how often each occurs, sorted. */
async function countWords(
  texts: Iterable<string> | AsyncIterable<string>,
  lowercase: boolean,
): Promise<ReadonlyMap<string, number>> {
  // Normalising is slow and looks at no more than the word: do it once per distinct one.
  const raw = new Map<string, number>();
  for await (const text of texts) {
    for (const word of text.split(/\s+/)) {
      if (word !== '') raw.set(word, (raw.get(word) ?? 0) + 1);
    }
  }
  const adapt = adaptTextToLibrary(bertNormalizerJson({ lowercase }));
  const blank = createLibraryTokenizer(bertTokenizerJson(BERT_SPECIAL_TOKENS, { lowercase }), {});
  const counts = new Map<string, number>();
  for (const [word, count] of raw) {
    const clean = blank.normalizer?.(adapt(word)) ?? word;
    for (const part of blank.pre_tokenizer?.(clean) ?? [clean]) {
      counts.set(part, (counts.get(part) ?? 0) + count);
    }
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Fills the alphabet: first characters that begin a word, then `##` ones, as far as there is room. */
function splitIntoCharacters(
  counts: ReadonlyMap<string, number>,
  vocabulary: Vocabulary,
): readonly Word[] {
  const frequency = new Map<string, number>();
  const spelled: { readonly count: number; readonly characters: readonly string[] }[] = [];
  for (const [word, count] of counts) {
    const characters = [...word].map((character, i) => (i === 0 ? character : `##${character}`));
    if (characters.length > LONGEST_WORD) continue;
    spelled.push({ count, characters });
    for (const piece of characters) frequency.set(piece, (frequency.get(piece) ?? 0) + count);
  }
  const byCodeUnits = (a: string, b: string) => (a < b ? -1 : 1);
  const room = Math.min(LARGEST_ALPHABET, vocabulary.limit - BERT_SPECIAL_TOKENS.length);
  const kept = [...frequency]
    .sort(([a, m], [b, n]) => n - m || byCodeUnits(a, b))
    .slice(0, room)
    .map(([piece]) => piece)
    .sort((a, b) => +a.startsWith('##') - +b.startsWith('##') || byCodeUnits(a, b));
  for (const piece of kept) vocabulary.add(piece);
  return spelled.flatMap(({ count, characters }) => {
    const pieces = characters.map((piece) => vocabulary.id(piece));
    // A word with a character outside the alphabet will be [UNK]; its pairs would be wasted.
    return pieces.includes(undefined) ? [] : [{ count, pieces: pieces as number[] }];
  });
}
