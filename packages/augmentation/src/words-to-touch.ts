import type { Rng } from '@distiller/core';
import { z } from 'zod';

/** Settings of how much of a text is touched. */
export const shareSettings = {
  p: z.number().min(0).max(1).default(0.3).describe('Share of the words that are touched.'),
  min: z.int().min(0).default(1).describe('Words touched at least, if the text has as many.'),
  max: z.int().positive().default(10).describe('Words touched at most.'),
};

export interface ShareOptions {
  readonly p: number;
  readonly min: number;
  readonly max: number;
}

/**
 * How many of `length` words are touched: n = min(length, clamp(⌊p·length⌋, min, max)).
 *
 * @see nlpaug 1.1.4, `aug_p`, `aug_min` and `aug_max`, whose defaults these are
 */
export function wordsToTouch(length: number, { p, min, max }: ShareOptions): number {
  // 0.3 · 10 is 3 but 0.1 · 3 · 10 may be 2.999…: a hair of tolerance keeps whole numbers whole.
  return Math.min(length, max, Math.max(min, Math.floor(p * length + 1e-9)));
}

/** At most n of the candidates, drawn without replacement, in the order in which they were drawn. */
export function drawFrom<T>(candidates: readonly T[], n: number, rng: Rng): T[] {
  const order = rng.permutation(candidates.length).subarray(0, n);
  return Array.from(order, (i) => candidates[i] as T);
}
