/** Tokens of one text or pair, special tokens included, truncated, not padded. */
export interface Encoding {
  readonly ids: readonly number[];
  /** 0, or 1 in the second text of a pair; as long as `ids`. */
  readonly types: readonly number[];
}

export type Texts = readonly [string] | readonly [string, string];

/** Turns text into ids. Deterministic and without side effects. */
export interface TokenizerModel {
  /** Hash of the tokenizer's definition. */
  readonly fingerprint: string;
  readonly vocabularySize: number;
  readonly padId: number;
  /** Pairs are truncated longest first, as Hugging Face does by default. */
  encode(texts: Texts, maxLength: number): Encoding;
  /** Files of a Hugging Face folder (`tokenizer.json`, `tokenizer_config.json`, …) by name. */
  files(): Readonly<Record<string, string>>;
}
