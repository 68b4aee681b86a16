import type { Operation } from './operation.js';

/**
 * Drops each word with probability p, whatever `min` and `max` say; of words that would all go, a drawn one stays.
 *
 * @see Wei and Zou, "EDA", 2019, §2 (random deletion), arXiv:1901.11196
 */
export const deletion: Operation = ({ text, rng, share }) => {
  const { length } = text.words;
  if (length < 2) return text;
  const kept = [...text.words.keys()].filter(() => rng.uniform() >= share.p);
  if (kept.length === 0) kept.push(rng.integer(length));
  const isKept = new Set(kept);
  const words: string[] = [];
  const gaps = [text.gaps[0] as string];
  for (const [i, word] of text.words.entries()) {
    const gap = text.gaps[i + 1] as string;
    if (isKept.has(i)) {
      words.push(word);
      gaps.push(gap);
    } else {
      const before = gaps.at(-1) as string;
      gaps[gaps.length - 1] = closed(before, gap);
    }
  }
  return { words, gaps };
};

/** Two gaps that meet around a word that has gone: one of their blanks is enough, and none stands at either end of a text. */
function closed(before: string, after: string): string {
  if (/^\s/.test(after))
    return before === '' || /\s$/.test(before) ? before + after.trimStart() : before + after;
  return before.trimEnd() + after;
}
