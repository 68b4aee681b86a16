import type { TokenizerJson } from './hugging-face-tokenizer.js';

/** Special tokens of BERT in the order in which a new vocabulary starts with them. */
export const BERT_SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

export interface BertTextOptions {
  /** Lower-cases and strips accents, as the uncased checkpoints want it. */
  readonly lowercase: boolean;
  /** Strips accents: null means as `lowercase` says. Default null. */
  readonly stripAccents?: boolean | null;
  /** Puts spaces around CJK ideographs. Default true. */
  readonly splitChinese?: boolean;
}

/** What cleans a text before it is cut into words; the `normalizer` of a BERT tokenizer. */
export function bertNormalizerJson(options: BertTextOptions) {
  return {
    type: 'BertNormalizer' as const,
    clean_text: true,
    handle_chinese_chars: options.splitChinese ?? true,
    strip_accents: options.stripAccents ?? null,
    lowercase: options.lowercase,
  };
}

/**
 * A standard BERT `tokenizer.json`: `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` with token types 0 and 1.
 *
 * @param vocabulary tokens in id order; must hold the five special tokens.
 */
export function bertTokenizerJson(
  vocabulary: readonly string[],
  options: BertTextOptions,
): TokenizerJson {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const special = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: 'A' | 'B', type: number) => ({ Sequence: { id, type_id: type } });
  const processed = (token: string) => ({ id: token, ids: [ids.get(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: BERT_SPECIAL_TOKENS.map((content) => ({
      id: ids.get(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: bertNormalizerJson(options),
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), text('A', 0), special('[SEP]', 0)],
      pair: [
        special('[CLS]', 0),
        text('A', 0),
        special('[SEP]', 0),
        text('B', 1),
        special('[SEP]', 1),
      ],
      special_tokens: { '[CLS]': processed('[CLS]'), '[SEP]': processed('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}

/** The `tokenizer_config.json` that goes with {@link bertTokenizerJson}. */
export function bertTokenizerConfig(options: BertTextOptions): Record<string, unknown> {
  return {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: options.lowercase,
    tokenize_chinese_chars: options.splitChinese ?? true,
    strip_accents: options.stripAccents ?? null,
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  };
}
