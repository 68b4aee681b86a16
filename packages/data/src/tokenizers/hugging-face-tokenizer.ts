import {
  DistillerError,
  fingerprint,
  type Encoding,
  type PieceEncoder,
  type Texts,
  type TokenizerModel,
} from '@distiller/core';
import { z } from 'zod';
import { adaptTextToLibrary } from './adapt-text-to-library.js';
import { encodeByWord, isWordByWord } from './encode-by-word.js';
import { isByteLevel, pieceCutter } from './text-pieces.js';
import { PostProcessing } from './post-processing.js';
import { createLibraryTokenizer } from './tokenizer-library.js';

/** The object in a `tokenizer.json` file. */
export type TokenizerJson = Readonly<Record<string, unknown>>;

/** The object in a `tokenizer_config.json` file. */
export type TokenizerConfig = Readonly<Record<string, unknown>>;

const part = z.looseObject({ type: z.string() }).nullable().default(null);

const tokenizerSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int().nonnegative(), content: z.string() }))
    .nullish()
    .transform((tokens) => tokens ?? []),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
  padding: z.looseObject({ pad_token: z.string() }).nullish(),
  model: z.looseObject({
    type: z.string().optional(),
    unk_token: z.string().nullish(),
    vocab: z.union([
      z.record(z.string(), z.int().nonnegative()),
      z.array(z.tuple([z.string(), z.number()])),
    ]),
  }),
});

type ParsedTokenizer = z.output<typeof tokenizerSchema>;

/**
 * A tokenizer from the object in a `tokenizer.json`. Truncation and padding stored in it are ignored: the
 * caller of `encode` decides the length, and batches are padded where they are made.
 *
 * @param config object of the `tokenizer_config.json` beside it; only the name of the padding token is used.
 * @param files texts to hand back from `files()`; made from the two objects when absent.
 * @param where names the source in errors.
 * @throws DistillerError `input` when it is no tokenizer or has no padding token.
 */
export function tokenizerFromJson(
  json: TokenizerJson,
  config: TokenizerConfig = {},
  files?: Readonly<Record<string, string>>,
  where = 'tokenizer.json',
): TokenizerModel {
  const parsed = tokenizerSchema.safeParse(json);
  if (!parsed.success) {
    throw new DistillerError(
      'input',
      `${where} is not a Hugging Face tokenizer:\n${z.prettifyError(parsed.error)}\n` +
        'Save the tokenizer again with save_pretrained(), or give its folder a vocab.txt.',
    );
  }
  return new HuggingFaceTokenizer(
    parsed.data,
    config,
    files ?? {
      'tokenizer.json': JSON.stringify(json),
      'tokenizer_config.json': JSON.stringify(config, null, 2),
    },
    where,
  );
}

class HuggingFaceTokenizer implements TokenizerModel {
  readonly fingerprint: string;
  readonly vocabularySize: number;
  readonly padId: number;
  readonly pieces: PieceEncoder;
  readonly text: (id: number) => string;
  /** Ids of a text without special tokens. */
  readonly #ids: (text: string) => readonly number[];
  readonly #processing: PostProcessing;
  readonly #files: Readonly<Record<string, string>>;

  constructor(
    json: ParsedTokenizer,
    config: TokenizerConfig,
    files: Readonly<Record<string, string>>,
    where: string,
  ) {
    const ids = idsByToken(json);
    const unknown = json.model.unk_token;
    if (json.model.type === 'WordPiece' && (unknown == null || !ids.has(unknown))) {
      throw new DistillerError(
        'input',
        `${where}: the model's unk_token is ${JSON.stringify(unknown)}, which its vocabulary does not hold. ` +
          'Unknown words could not be encoded; add the token to the vocabulary.',
      );
    }
    this.padId = padId(json, config, ids, where);
    this.vocabularySize = [...ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
    const { normalizer, pre_tokenizer, model, post_processor, added_tokens } = json;
    this.fingerprint = fingerprint(
      JSON.stringify([normalizer, pre_tokenizer, model, post_processor, added_tokens]),
      String(this.padId),
    );
    try {
      const tokenizer = createLibraryTokenizer(json, config);
      this.text = (id) => tokenizer.decode([id], { clean_up_tokenization_spaces: false });
      const adapt = adaptTextToLibrary(json.normalizer);
      const encode = (text: string) =>
        tokenizer.encode(adapt(text), { add_special_tokens: false }).ids;
      this.#ids = isWordByWord(json) ? encodeByWord(encode) : encode;
      this.#processing = new PostProcessing(tokenizer, json.post_processor?.type);
    } catch (cause) {
      throw new DistillerError(
        'input',
        `${where} can't be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
        { cause },
      );
    }
    this.pieces = {
      cut: pieceCutter(json, this.#ids),
      word: (word) => this.#ids(isByteLevel(json) ? ` ${word}` : word),
      assemble: ([first = [], second], maxLength) =>
        this.#processing.assemble(first, second, maxLength),
    };
    this.#files = files;
  }

  encode(texts: Texts, maxLength: number): Encoding {
    const [first, second] = texts;
    const { ids, types } = this.#processing.assemble(
      this.#ids(first),
      second === undefined ? undefined : this.#ids(second),
      maxLength,
    );
    return { ids, types };
  }

  files(): Readonly<Record<string, string>> {
    return this.#files;
  }
}

function idsByToken({ model, added_tokens }: ParsedTokenizer): Map<string, number> {
  const ids = new Map<string, number>(
    Array.isArray(model.vocab)
      ? model.vocab.map(([token], id) => [token, id])
      : Object.entries(model.vocab),
  );
  for (const { content, id } of added_tokens) ids.set(content, id);
  return ids;
}

function padId(
  json: ParsedTokenizer,
  config: TokenizerConfig,
  ids: ReadonlyMap<string, number>,
  where: string,
): number {
  const named = z
    .union([z.string(), z.looseObject({ content: z.string() }).transform((t) => t.content)])
    .safeParse(config['pad_token']);
  const candidates = [
    ...(named.success ? [named.data] : []),
    ...(json.padding ? [json.padding.pad_token] : []),
    '[PAD]',
    '<pad>',
  ];
  for (const token of candidates) {
    const id = ids.get(token);
    if (id !== undefined) return id;
  }
  throw new DistillerError(
    'input',
    `${where}: none of ${candidates.map((token) => JSON.stringify(token)).join(', ')} is in the vocabulary, ` +
      'so batches could not be padded. Name the padding token as "pad_token" in tokenizer_config.json.',
  );
}
