/** A text cut into words and what stands between them: gaps[0] words[0] gaps[1] … words[n−1] gaps[n] is the text. */
export interface SplitText {
  readonly words: readonly string[];
  /** Blanks and punctuation; one more than there are words. */
  readonly gaps: readonly string[];
}

/**
 * Letters, marks and digits, held together by single apostrophes, hyphens, dots or underscores inside (`don't`, `well-known`, `3.5`);
 * also the endings that treebanks cut off (`'s`, `n't`).
 */
const WORD =
  /(?:(?<=^|\s)['’](?:s|re|ve|ll|d|m|t)(?![\p{L}\p{N}]))|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’._-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/giu;

/** Cuts a text into words. Scripts without blanks make one word of what stands together. */
export function splitWords(text: string): SplitText {
  const words: string[] = [];
  const gaps: string[] = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    gaps.push(text.slice(end, index));
    words.push(word);
    end = index + word.length;
  }
  gaps.push(text.slice(end));
  return { words, gaps };
}

/** The text again. */
export function joinWords({ words, gaps }: SplitText): string {
  let text = gaps[0] ?? '';
  for (const [i, word] of words.entries()) text += word + (gaps[i + 1] ?? '');
  return text;
}

/** Whether word i opens a sentence: the first of the text, or behind a full stop, question or exclamation mark. */
export function opensSentence({ gaps }: SplitText, i: number): boolean {
  return i === 0 || /[.!?]["'’”)\]]*\s/u.test(gaps[i] ?? '');
}
