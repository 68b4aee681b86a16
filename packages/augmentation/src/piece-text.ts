import { joinWords, splitWords, type SplitText } from './split-words.js';
import type { WordPieces } from './word-pieces.js';

/** A text with its word pieces, whose words are replaced one by one. */
export class PieceText {
  readonly #split: SplitText;
  readonly #words: string[];
  readonly #gapIds: (readonly number[])[];
  readonly #wordIds: (readonly number[])[];

  constructor(
    text: string,
    private readonly pieces: WordPieces,
    /** Of the model, in tokens. */
    private readonly maxLength: number,
  ) {
    this.#split = splitWords(text);
    this.#words = [...this.#split.words];
    this.#gapIds = this.#split.gaps.map((gap) => pieces.idsOf(gap.trim()));
    this.#wordIds = this.#split.words.map((word) => pieces.idsOf(word));
  }

  get words(): readonly string[] {
    return this.#words;
  }

  /** How many words the model can see: a longer text is read up to its limit. */
  get visible(): number {
    let position = 1 + (this.#gapIds[0]?.length ?? 0);
    for (let i = 0; i < this.#wordIds.length; i++) {
      if (position >= this.maxLength - 1) return i;
      position += (this.#wordIds[i]?.length ?? 0) + (this.#gapIds[i + 1]?.length ?? 0);
    }
    return this.#wordIds.length;
  }

  /** Whether word i is a single piece of the vocabulary. */
  isSinglePiece(i: number): boolean {
    return this.#wordIds[i]?.length === 1;
  }

  /** The text with one mask in place of word i, and where it stands. */
  masked(i: number): { readonly ids: readonly number[]; readonly position: number } {
    const { first, last, maskId } = this.pieces;
    const ids = [first, ...(this.#gapIds[0] ?? [])];
    let position = 0;
    for (let j = 0; j < this.#wordIds.length && ids.length < this.maxLength; j++) {
      if (j === i) position = ids.push(maskId) - 1;
      else ids.push(...(this.#wordIds[j] ?? []));
      ids.push(...(this.#gapIds[j + 1] ?? []));
    }
    return { ids: [...ids.slice(0, this.maxLength - 1), last], position };
  }

  /** @param ids the pieces of `word`. */
  replace(i: number, word: string, ids: readonly number[]): void {
    this.#words[i] = word;
    this.#wordIds[i] = ids;
  }

  toString(): string {
    return joinWords({ words: this.#words, gaps: this.#split.gaps });
  }
}
