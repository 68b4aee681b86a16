import type { Rng } from '@distiller/core';
import { capitalise, isCapitalised, uncapitalise } from '../letter-case.js';
import { opensSentence } from '../split-words.js';
import { drawFrom, wordsToTouch } from '../words-to-touch.js';
import type { Operation } from './operation.js';

/**
 * Swaps n drawn words, one after the other, with a neighbour: the first word with the second, the last with the one before it,
 * any other with either side by a coin toss. Punctuation stays where it is. Where a capitalised word opens a
 * sentence, the word that takes its place gets the capital and it loses its own.
 *
 * @see nlpaug 1.1.4, RandomWordAug, action `swap`
 */
export const swap: Operation = ({ text, rng, share }) => {
  const { length } = text.words;
  if (length < 2) return text;
  const words = [...text.words];
  const positions = drawFrom([...words.keys()], wordsToTouch(length, share), rng);
  for (const i of positions) {
    const j = partner(i, length, rng);
    const [left, right] = i < j ? [i, j] : [j, i];
    const [former, latter] = [words[left] as string, words[right] as string];
    const isOpening = opensSentence(text, left) && isCapitalised(former);
    // A sentence that ends between the two has two openings, each with a capital of its own.
    const closesUp = isOpening && !opensSentence(text, right);
    words[left] = isOpening ? capitalise(latter) : latter;
    words[right] = closesUp ? uncapitalise(former) : former;
  }
  return { words, gaps: text.gaps };
};

function partner(i: number, length: number, rng: Rng): number {
  if (i === 0) return 1;
  if (i === length - 1) return i - 1;
  return rng.uniform() < 0.5 ? i - 1 : i + 1;
}
