import type { Rng } from '@distiller/core';
import type { SplitText } from '../split-words.js';
import type { Synonyms } from '../synonyms.js';
import type { ShareOptions } from '../words-to-touch.js';

export interface OperationInput {
  readonly text: SplitText;
  readonly rng: Rng;
  readonly share: ShareOptions;
  /** Present for operations that need them. */
  readonly synonyms: Synonyms;
}

/** One way of changing a text; gives the same text back where it can do nothing. */
export type Operation = (input: OperationInput) => SplitText;
