import type { TokenizerModel } from '@distiller/core';

/** A token for each letter a to z, without special tokens; 0 is padding. */
export const letters: TokenizerModel = {
  fingerprint: 'letters',
  vocabularySize: 27,
  padId: 0,
  encode: ([text]) => ({
    ids: [...text].map((letter) => letter.charCodeAt(0) - 96),
    types: [...text].map(() => 0),
  }),
  files: () => ({}),
};
