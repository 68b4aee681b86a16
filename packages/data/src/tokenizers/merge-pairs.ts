import TinyQueue from 'tinyqueue';

/** Tokens in id order. */
export class Vocabulary {
  readonly tokens: string[] = [];
  readonly #ids = new Map<string, number>();

  constructor(readonly limit: number) {}

  get full(): boolean {
    return this.tokens.length >= this.limit;
  }

  /** @returns the id, new or old. */
  add(token: string): number {
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    const id = this.tokens.push(token) - 1;
    this.#ids.set(token, id);
    return id;
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }
}

export interface Word {
  readonly count: number;
  /** Ids of its pieces; shrinks as pairs are joined. */
  pieces: number[];
}

/** A pair of piece ids as one number: ids stay far below 2²⁶. */
const PAIR = 2 ** 26;

/** Joins pairs until the vocabulary is full. Counts are kept up to date instead of counted again. */
export function mergePairs(
  words: readonly Word[],
  vocabulary: Vocabulary,
  minFrequency: number,
): void {
  const counts = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const touched = new Set<number>();
  const note = (left: number, right: number, change: number, word: number) => {
    const pair = left * PAIR + right;
    counts.set(pair, (counts.get(pair) ?? 0) + change);
    touched.add(pair);
    if (change < 0) return;
    const where = places.get(pair);
    if (where) where.add(word);
    else places.set(pair, new Set([word]));
  };
  words.forEach(({ pieces, count }, index) => {
    for (let i = 1; i < pieces.length; i++) {
      note(pieces[i - 1] as number, pieces[i] as number, count, index);
    }
  });
  const queue = new TinyQueue<{ readonly pair: number; readonly count: number }>(
    [],
    (a, b) => b.count - a.count || a.pair - b.pair,
  );
  const enqueue = () => {
    for (const pair of touched) {
      const count = counts.get(pair) ?? 0;
      if (count >= minFrequency) queue.push({ pair, count });
    }
    touched.clear();
  };
  enqueue();
  while (!vocabulary.full) {
    const best = queue.pop();
    if (best === undefined) return;
    if (counts.get(best.pair) !== best.count) continue; // outdated; the present count is queued too
    const left = Math.floor(best.pair / PAIR);
    const right = best.pair % PAIR;
    const joined = vocabulary.add(
      `${vocabulary.tokens[left]}${(vocabulary.tokens[right] ?? '').replace(/^##/, '')}`,
    );
    for (const index of places.get(best.pair) ?? []) {
      join(words[index] as Word, left, right, joined, (a, b, change) => note(a, b, change, index));
    }
    counts.delete(best.pair);
    places.delete(best.pair);
    touched.delete(best.pair);
    enqueue();
  }
}

/** Replaces every `left right` in a word by `joined` and reports how the counts of pairs change. */
function join(
  word: Word,
  left: number,
  right: number,
  joined: number,
  note: (left: number, right: number, change: number) => void,
): void {
  const { pieces, count } = word;
  const result: number[] = [];
  let changed = false;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as number;
    if (piece === left && pieces[i + 1] === right) {
      result.push(joined);
      changed = true;
      i++;
    } else {
      result.push(piece);
    }
  }
  if (!changed) return;
  for (let i = 1; i < pieces.length; i++) {
    note(pieces[i - 1] as number, pieces[i] as number, -count);
  }
  for (let i = 1; i < result.length; i++) {
    note(result[i - 1] as number, result[i] as number, count);
  }
  word.pieces = result;
}
