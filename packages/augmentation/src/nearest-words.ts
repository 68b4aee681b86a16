import { likeliest } from './likely-ids.js';
import type { WordVectors } from './word-vectors.js';

const WORD = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*$/u;

/** Finds the words whose vectors point most nearly the same way; exactly, and each word's only once. */
export class NearestWords {
  readonly #indices: ReadonlyMap<string, number>;
  readonly #cache = new Map<number, readonly string[]>();

  constructor(
    private readonly vectors: WordVectors,
    private readonly k: number,
  ) {
    this.#indices = new Map(vectors.words.map((word, i) => [word, i]));
  }

  /**
   * The k words of largest cosine, nearest first, without the word itself in any case and without punctuation; none for a
   * word without a vector.
   */
  of(word: string): readonly string[] {
    const index = this.#indices.get(word) ?? this.#indices.get(word.toLowerCase());
    if (index === undefined) return [];
    const known = this.#cache.get(index);
    if (known) return known;
    const lower = word.toLowerCase();
    const { words } = this.vectors;
    const nearest = likeliest(this.#cosines(index), this.k, (i) => {
      const other = words[i] as string;
      return WORD.test(other) && other.toLowerCase() !== lower;
    }).map((i) => words[i] as string);
    this.#cache.set(index, nearest);
    return nearest;
  }

  #cosines(index: number): Float32Array {
    const { rows, width, words } = this.vectors;
    const query = rows.subarray(index * width, (index + 1) * width);
    const cosines = new Float32Array(words.length);
    for (let i = 0, at = 0; i < cosines.length; i++) {
      let sum = 0;
      for (let d = 0; d < width; d++, at++) sum += (query[d] as number) * (rows[at] as number);
      cosines[i] = sum;
    }
    return cosines;
  }
}
