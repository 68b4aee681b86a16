/** Tokens of one text or pair, special tokens included, truncated, not padded. */
export interface Encoding {
  readonly ids: readonly number[];
  /** 0, or 1 in the second text of a pair; as long as `ids`. */
  readonly types: readonly number[];
}

export type Texts = readonly [string] | readonly [string, string];

/** A piece of a text and what it is encoded as. */
export interface TextPiece {
  /** UTF-16 units, end excluded. */
  readonly start: number;
  readonly end: number;
  readonly ids: readonly number[];
}

/** Encodes texts piece by piece, so that every token's place in its text is known. */
export interface PieceEncoder {
  /** Cuts a text where the tokenizer would in any case and encodes each piece; pieces of which nothing is left are dropped. */
  cut(text: string): readonly TextPiece[];
  /** Ids of one word of a sentence. */
  word(word: string): readonly number[];
  /**
   * Puts special tokens around the ids of one or two texts, cut as in `TokenizerModel.encode`.
   *
   * @returns with `begins`, the token at which each text begins.
   */
  assemble(
    texts: readonly (readonly number[])[],
    maxLength: number,
  ): Encoding & { readonly begins: readonly number[] };
}

/** Turns text into ids. Deterministic and without side effects. */
export interface TokenizerModel {
  /** Hash of the tokenizer's definition. */
  readonly fingerprint: string;
  readonly vocabularySize: number;
  readonly padId: number;
  /** Pairs are truncated longest first, as Hugging Face does by default. */
  encode(texts: Texts, maxLength: number): Encoding;
  /** Without it a model can't be trained on words or spans. */
  readonly pieces?: PieceEncoder;
  /** What an id stands for, as a text of its own; without it a masked language model can't tell what it found. */
  text?(id: number): string;
  /** Files of a Hugging Face folder (`tokenizer.json`, `tokenizer_config.json`, …) by name. */
  files(): Readonly<Record<string, string>>;
}
