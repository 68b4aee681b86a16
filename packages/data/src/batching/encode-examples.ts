import { DistillerError, type Example, type TokenizerModel } from '@distiller/core';

/** A model that reads the texts: how it cuts them into tokens and how many it can take. */
export interface ReaderRole {
  readonly tokenizer: TokenizerModel;
  /** Longest input in tokens, special tokens included. */
  readonly maxLength: number;
}

/** All texts of a split for one tokenizer, end to end. */
export interface EncodedTexts {
  /** Text i is `ids[starts[i] … starts[i + 1])`. */
  readonly starts: Uint32Array;
  readonly ids: Int32Array;
  /** Token types, as long as `ids`. */
  readonly types: Uint8Array;
  readonly padId: number;
  readonly maxLength: number;
  /** How many texts were longer than `maxLength` and have been cut. */
  readonly truncated: number;
}

export interface EncodedExamples {
  readonly examples: readonly Example[];
  /** By role. Roles with the same tokenizer and the same maximum length share one object. */
  readonly texts: Readonly<Record<string, EncodedTexts>>;
}

export interface EncodeOptions {
  readonly signal?: AbortSignal;
  /** Told the number of examples done, every thousand. */
  onProgress?(done: number): void;
}

/** Longer than any text: encodes without cutting. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * Reads a split once and encodes every text once per distinct tokenizer.
 *
 * @param roles who reads: `student`, `teacher`.
 * @throws DistillerError `input` when there is no example, `cancelled` when the signal aborts.
 */
export async function encodeExamples(
  source: Iterable<Example> | AsyncIterable<Example>,
  roles: Readonly<Record<string, ReaderRole>>,
  { signal, onProgress }: EncodeOptions = {},
): Promise<EncodedExamples> {
  const builders = new Map<string, TextsBuilder>();
  const key = (role: ReaderRole) => `${role.tokenizer.fingerprint} ${role.maxLength}`;
  for (const role of Object.values(roles)) {
    if (!builders.has(key(role))) builders.set(key(role), new TextsBuilder(role));
  }
  const examples: Example[] = [];
  for await (const example of source) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped while encoding texts.');
    for (const builder of builders.values()) builder.add(example);
    examples.push(example);
    if (examples.length % 1000 === 0) onProgress?.(examples.length);
  }
  if (examples.length === 0) {
    throw new DistillerError('input', 'There are no examples to encode; the split is empty.');
  }
  const built = new Map([...builders].map(([name, builder]) => [name, builder.build()]));
  return {
    examples,
    texts: Object.fromEntries(
      Object.entries(roles).map(([name, role]) => [name, built.get(key(role)) as EncodedTexts]),
    ),
  };
}

/** Collects encodings in arrays that double when they are full. */
class TextsBuilder {
  readonly #role: ReaderRole;
  #ids = new Int32Array(4096);
  #types = new Uint8Array(4096);
  readonly #starts = [0];
  #used = 0;
  #truncated = 0;

  constructor(role: ReaderRole) {
    this.#role = role;
  }

  add({ texts }: Example): void {
    const { tokenizer, maxLength } = this.#role;
    let encoding = tokenizer.encode(texts, UNLIMITED);
    if (encoding.ids.length > maxLength) {
      encoding = tokenizer.encode(texts, maxLength);
      this.#truncated++;
    }
    const end = this.#used + encoding.ids.length;
    while (end > this.#ids.length) this.#grow();
    this.#ids.set(encoding.ids, this.#used);
    this.#types.set(encoding.types, this.#used);
    this.#used = end;
    this.#starts.push(end);
  }

  build(): EncodedTexts {
    return {
      starts: Uint32Array.from(this.#starts),
      ids: this.#ids.slice(0, this.#used),
      types: this.#types.slice(0, this.#used),
      padId: this.#role.tokenizer.padId,
      maxLength: this.#role.maxLength,
      truncated: this.#truncated,
    };
  }

  #grow(): void {
    const ids = new Int32Array(this.#ids.length * 2);
    const types = new Uint8Array(ids.length);
    ids.set(this.#ids);
    types.set(this.#types);
    this.#ids = ids;
    this.#types = types;
  }
}
