import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { TokenizerModel } from '@distiller/core';
import { bertTokenizerConfig, bertTokenizerJson } from './bert-tokenizer-json.js';
import { tokenizerFromJson } from './hugging-face-tokenizer.js';
import { loadTokenizer } from './load-tokenizer.js';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const BERT_OPTIONS = { lowercase: true, stripAccents: null, splitChinese: true };
const bert = tokenizerFromJson(
  bertTokenizerJson(
    [...SPECIAL, 'the', 'cat', '##s', '(', ')', '-', '.', '丈', 'cafe'],
    BERT_OPTIONS,
  ),
  bertTokenizerConfig(BERT_OPTIONS),
);

/** A byte-level tokenizer of single bytes. */
const BYTES = ['<s>', '<pad>', '</s>', 'Ġ', 'Ċ', 'c', 'a', 't', 's', "'", '.', '1', 'Ã', '©'];
const byteLevel = tokenizerFromJson({
  added_tokens: BYTES.slice(0, 3).map((content, id) => ({ id, content, special: true })),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0] },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(BYTES.map((token, id) => [token, id])),
    merges: [],
  },
});

const cutTexts = ({ pieces }: TokenizerModel, text: string) =>
  pieces?.cut(text).map(({ start, end }) => text.slice(start, end));

/** Ids of the pieces one after the other, and of the whole text without its special tokens. */
function bothWays({ pieces, encode }: TokenizerModel, text: string, tokenizer: TokenizerModel) {
  return {
    byPiece: pieces?.cut(text).flatMap(({ ids }) => ids),
    whole: encode.call(tokenizer, [text], 10_000).ids.slice(1, -1),
  };
}

const TEXTS = [
  "The cats (cat's) sat.",
  '  the-cat…\u00a0cats \n\n cat',
  'Café 丈丈cat “the” 1.5',
  'a\u200bb c\u0301at ﬁ',
  '',
];

describe('pieces of a BERT tokenizer', () => {
  it('are words, punctuation marks and ideographs with their places', () => {
    expect(cutTexts(bert, 'The cats (cat-丈丈).')).toEqual([
      ...['The', 'cats', '(', 'cat', '-', '丈', '丈', ')', '.'],
    ]);
    expect(bert.pieces?.cut('a cats')[1]).toEqual({ start: 2, end: 6, ids: [6, 7] });
  });

  it.each(TEXTS)('have the ids of the whole text: %j', (text) => {
    const { byPiece, whole } = bothWays(bert, text, bert);
    expect(byPiece).toEqual(whole);
  });

  it('tell where each text begins', () => {
    expect(bert.pieces?.assemble([[5], [6, 7]], 10)).toEqual({
      ids: [2, 5, 3, 6, 7, 3],
      types: [0, 0, 0, 1, 1, 1],
      begins: [1, 3],
    });
  });
});

describe('pieces of a byte-level tokenizer', () => {
  it('leave out the blank before them', () => {
    expect(cutTexts(byteLevel, "cat's at 1.\n\nsat")).toEqual([
      ...['cat', "'s", 'at', '1', '.', '\n', '\n', 'sat'],
    ]);
    expect(byteLevel.pieces?.word('cat')).toEqual([3, 5, 6, 7]);
  });

  it.each(["cat's at 1.  cats", '\n cat', 'été'])('have the ids of the whole text: %j', (text) => {
    const { byPiece, whole } = bothWays(byteLevel, text, byteLevel);
    expect(byPiece).toEqual(whole);
  });
});

const data =
  process.env['DISTILLER_DATA'] ??
  fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const isThere = existsSync(join(data, 'bert-vocab'));
if (!isThere) console.info(`Skipped: no real data in ${data}; set DISTILLER_DATA to its folder.`);

(isThere ? it : it.skip)("have the ids of the whole text with BERT's own vocabulary", async () => {
  const tokenizer = await loadTokenizer(join(data, 'bert-vocab'));
  for (const text of TEXTS) {
    const { byPiece, whole } = bothWays(tokenizer, text, tokenizer);
    expect(byPiece).toEqual(whole);
  }
});
