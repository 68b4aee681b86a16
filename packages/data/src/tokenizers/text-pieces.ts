import type { TextPiece } from '@distiller/core';

/** The parts of a `tokenizer.json` that say where texts are cut. */
interface Parts {
  readonly normalizer: Readonly<Record<string, unknown>> | null;
  readonly pre_tokenizer: Readonly<Record<string, unknown>> | null;
}

const BERT_PUNCTUATION = '!-\\/:-@\\[-`\\{-~\\p{P}';
const IDEOGRAPHS =
  '\\u4E00-\\u9FFF\\u3400-\\u4DBF\\uF900-\\uFAFF\\u{20000}-\\u{2A6DF}\\u{2A700}-\\u{2B81F}\\u{2B920}-\\u{2CEAF}\\u{2F800}-\\u{2FA1F}';
const BERT_SPACE = ' \\t\\n\\r\\p{Z}';

/** What a byte-level tokenizer encodes on its own: contractions, and runs of letters, digits or other signs after a blank. */
const BYTE_LEVEL_PIECE =
  /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

const WORD = /\S+/gu;

/**
 * Where a tokenizer cuts a text before it looks for tokens. The ids of the pieces, one after the other, are the ids of the
 * whole text for BERT tokenizers (words, and each punctuation mark and ideograph on its own) and for byte-level ones without
 * a prefix blank (GPT-2, RoBERTa). For all others the pieces are what white space separates, which may differ
 * from the whole text's ids. Special tokens written out in a text are text here.
 */
export function pieceCutter(
  parts: Parts,
  encode: (text: string) => readonly number[],
): (text: string) => readonly TextPiece[] {
  const pattern = piecePattern(parts);
  return (text) => {
    const pieces: TextPiece[] = [];
    for (const match of text.matchAll(pattern)) {
      const [piece] = match;
      const ids = encode(piece);
      if (ids.length === 0) continue;
      // The blank before a byte-level piece is no part of what it says.
      const blank = pattern === BYTE_LEVEL_PIECE && /^ \S/.test(piece) ? 1 : 0;
      pieces.push({ start: match.index + blank, end: match.index + piece.length, ids });
    }
    return pieces;
  };
}

/** True for tokenizers that mark the beginning of a word by the blank before it. */
export function isByteLevel({ pre_tokenizer }: Parts): boolean {
  return pre_tokenizer?.['type'] === 'ByteLevel';
}

function piecePattern(parts: Parts): RegExp {
  if (isByteLevel(parts)) return BYTE_LEVEL_PIECE;
  if (parts.pre_tokenizer?.['type'] !== 'BertPreTokenizer') return WORD;
  const alone =
    BERT_PUNCTUATION + (parts.normalizer?.['handle_chinese_chars'] === true ? IDEOGRAPHS : '');
  return new RegExp(`[${alone}]|[^${alone}${BERT_SPACE}]+`, 'gu');
}
