import { DistillerError, type TokenizerModel } from '@distiller/core';
import { tokenizerFromJson, type TokenizerJson } from './hugging-face-tokenizer.js';

/** A tokenizer with fewer tokens. */
export interface PrunedTokenizer {
  readonly tokenizer: TokenizerModel;
  /** Old id of each new one; ascending. */
  readonly rows: Int32Array;
}

interface WordPiece {
  readonly type?: string;
  readonly unk_token?: string;
  readonly vocab: Readonly<Record<string, number>>;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
}

/**
 * A WordPiece tokenizer that knows only some of its tokens, numbered anew in their old order. Special and added
 * tokens stay.
 *
 * A text whose tokens are all kept is cut as before: WordPiece takes the longest token that fits, which was one of
 * these. Of another text words may become unknown.
 *
 * @param isUsed whether a token, by its old id, is kept.
 * @throws DistillerError `unsupported` for other kinds of tokenizer, whose tokens depend on each other.
 */
export function pruneTokenizer(
  tokenizer: TokenizerModel,
  isUsed: (id: number) => boolean,
): PrunedTokenizer {
  const files = tokenizer.files();
  const json = JSON.parse(files['tokenizer.json'] ?? '{}') as TokenizerJson;
  const model = json['model'] as WordPiece | undefined;
  if (model?.type !== 'WordPiece') {
    throw new DistillerError(
      'unsupported',
      `vocabulary: only a WordPiece tokenizer can be pruned, but this one is ${model?.type ?? 'of an unknown kind'}. Remove this setting.`,
    );
  }
  const added = (json['added_tokens'] ?? []) as readonly AddedToken[];
  const special = new Set([...added.map(({ id }) => id), tokenizer.padId]);
  const unknown = model.vocab[model.unk_token ?? '[UNK]'];
  if (unknown !== undefined) special.add(unknown);
  const ids = new Set([...Object.values(model.vocab), ...special]);
  const rows = Int32Array.from([...ids].filter((id) => special.has(id) || isUsed(id))).sort();
  const renumber = new Map(Array.from(rows, (old, id) => [old, id] as const));
  const vocabulary = Object.entries(model.vocab).flatMap(([token, old]) => {
    const id = renumber.get(old);
    return id === undefined ? [] : [[token, id] as const];
  });
  const pruned: TokenizerJson = {
    ...json,
    added_tokens: added.map((token) => ({ ...token, id: renumber.get(token.id) })),
    post_processor: renumbered(json['post_processor'], renumber),
    model: { ...model, vocab: Object.fromEntries(vocabulary) },
  };
  // It repeats the added tokens by their old ids; tokenizer.json has them too.
  const { added_tokens_decoder: _, ...config } = JSON.parse(
    files['tokenizer_config.json'] ?? '{}',
  ) as Record<string, unknown>;
  return { tokenizer: tokenizerFromJson(pruned, config), rows };
}

/** The ids in a post-processor: `{ id: "[CLS]", ids: [101] }` in templates, `["[SEP]", 102]` in BERT's. */
function renumbered(part: unknown, renumber: ReadonlyMap<number, number>): unknown {
  if (Array.isArray(part)) {
    const [token, id] = part as unknown[];
    const isPair = part.length === 2 && typeof token === 'string' && typeof id === 'number';
    return isPair ? [token, renumber.get(id)] : part.map((each) => renumbered(each, renumber));
  }
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === 'ids' && Array.isArray(value)
        ? value.map((id: number) => renumber.get(id))
        : renumbered(value, renumber),
    ]),
  );
}
