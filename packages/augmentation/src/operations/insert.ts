import { isStopWord } from '../stop-words.js';
import { wordsToTouch } from '../words-to-touch.js';
import type { Operation } from './operation.js';

/**
 * n times: puts a synonym of a drawn word that is no stop word before a drawn word or at the end.
 *
 * @see Wei and Zou, "EDA", 2019, §2 (random insertion), arXiv:1901.11196
 */
export const insert: Operation = ({ text, rng, share, synonyms }) => {
  const sources = text.words.filter((word) => !isStopWord(word) && synonyms.of(word).length > 0);
  if (sources.length === 0) return text;
  const words = [...text.words];
  const gaps = [...text.gaps];
  const n = wordsToTouch(text.words.length, share);
  for (let k = 0; k < n; k++) {
    const choices = synonyms.of(sources[rng.integer(sources.length)] as string);
    const choice = choices[rng.integer(choices.length)] as string;
    const at = rng.integer(words.length + 1);
    // Before word `at`, with a blank behind it; at the end with a blank before it, and the full stop stays last.
    if (at < words.length) {
      words.splice(at, 0, choice);
      gaps.splice(at + 1, 0, ' ');
    } else {
      words.push(choice);
      gaps.splice(at, 0, ' ');
    }
  }
  return { words, gaps };
};
