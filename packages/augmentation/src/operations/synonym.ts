import { inCaseOf } from '../letter-case.js';
import { isStopWord } from '../stop-words.js';
import { drawFrom, wordsToTouch } from '../words-to-touch.js';
import type { Operation } from './operation.js';

/**
 * Replaces n drawn words that are no stop words and have synonyms by one of them each.
 *
 * @see Wei and Zou, "EDA", 2019, §2 (synonym replacement), arXiv:1901.11196
 */
export const synonym: Operation = ({ text, rng, share, synonyms }) => {
  const words = [...text.words];
  const candidates = [...words.keys()].filter((i) => {
    const word = words[i] as string;
    return !isStopWord(word) && synonyms.of(word).length > 0;
  });
  for (const i of drawFrom(candidates, wordsToTouch(words.length, share), rng)) {
    const word = words[i] as string;
    const choices = synonyms.of(word);
    words[i] = inCaseOf(word, choices[rng.integer(choices.length)] as string);
  }
  return { words, gaps: text.gaps };
};
