import {
  DistillerError,
  type Alignment,
  type Example,
  type TaskKind,
  type TokenizerModel,
  type WindowOptions,
} from '@distiller/core';
import { DEFAULT_WINDOWS, rowEncoder, type EncodedRow } from './encode-row.js';

/** A model that reads the texts: how it cuts them into tokens and how many it can take. */
export interface ReaderRole {
  readonly tokenizer: TokenizerModel;
  /** Longest input in tokens, special tokens included. */
  readonly maxLength: number;
}

/** All rows of a split for one tokenizer, end to end. */
export interface EncodedTexts {
  /** Row i is `ids[starts[i] … starts[i + 1])`. */
  readonly starts: Uint32Array;
  readonly ids: Int32Array;
  /** Token types, as long as `ids`. */
  readonly types: Uint8Array;
  readonly padId: number;
  readonly maxLength: number;
  /** How many texts were longer than `maxLength` and have been cut; of spans, how many questions were too long. */
  readonly truncated: number;
  /** For token classification and spans, one a row. */
  readonly alignments?: readonly Alignment[];
  /** For spans: first and last token of each row's answer, [2 × rows]. */
  readonly spans?: Int32Array;
}

export interface EncodedExamples {
  /** The example of each row; only those of span tasks may have several rows, which follow one another. */
  readonly examples: readonly Example[];
  /** By role. Roles with the same tokenizer and the same maximum length share one object. */
  readonly texts: Readonly<Record<string, EncodedTexts>>;
}

export interface EncodeOptions {
  /** Of the task. Default classification: a text is a row. */
  readonly kind?: TaskKind;
  /** For spans: how contexts are cut. */
  readonly windows?: WindowOptions;
  readonly signal?: AbortSignal;
  /** Told the number of examples done, every thousand. */
  onProgress?(done: number): void;
}

/**
 * Reads a split once and encodes every text once per distinct tokenizer.
 *
 * @param roles who reads: `student`, `teacher`.
 * @throws DistillerError `input` when there is no example, `cancelled` when the signal aborts, `config` for a span task with
 *   different tokenizers, whose windows would differ.
 */
export async function encodeExamples(
  source: Iterable<Example> | AsyncIterable<Example>,
  roles: Readonly<Record<string, ReaderRole>>,
  { signal, onProgress, kind = 'classification', windows = DEFAULT_WINDOWS }: EncodeOptions = {},
): Promise<EncodedExamples> {
  const builders = new Map<string, TextsBuilder>();
  const key = (role: ReaderRole) => `${role.tokenizer.fingerprint} ${role.maxLength}`;
  for (const role of Object.values(roles)) {
    if (!builders.has(key(role))) builders.set(key(role), new TextsBuilder(role, kind, windows));
  }
  if (kind === 'span' && builders.size > 1) {
    throw new DistillerError(
      'config',
      'Teacher and student have different tokenizers, so they would see different windows of a context. Give the student `tokenizer: teacher`.',
    );
  }
  const examples: Example[] = [];
  let read = 0;
  for await (const example of source) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped while encoding texts.');
    let rows = 1;
    for (const builder of builders.values()) rows = builder.add(example);
    for (let row = 0; row < rows; row++) examples.push(example);
    if (++read % 1000 === 0) onProgress?.(read);
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
  readonly #encode: (example: Example) => readonly EncodedRow[];
  #ids = new Int32Array(4096);
  #types = new Uint8Array(4096);
  readonly #starts = [0];
  readonly #alignments: Alignment[] = [];
  readonly #spans: number[] = [];
  #used = 0;
  #truncated = 0;

  constructor(role: ReaderRole, kind: TaskKind, windows: WindowOptions) {
    this.#role = role;
    this.#encode = rowEncoder(kind, role.tokenizer, role.maxLength, windows);
  }

  /** @returns how many rows the example has become. */
  add(example: Example): number {
    const rows = this.#encode(example);
    if (rows.some(({ isCut }) => isCut)) this.#truncated++;
    for (const row of rows) this.#append(row);
    return rows.length;
  }

  build(): EncodedTexts {
    return {
      starts: Uint32Array.from(this.#starts),
      ids: this.#ids.slice(0, this.#used),
      types: this.#types.slice(0, this.#used),
      padId: this.#role.tokenizer.padId,
      maxLength: this.#role.maxLength,
      truncated: this.#truncated,
      ...(this.#alignments.length > 0 && { alignments: this.#alignments }),
      ...(this.#spans.length > 0 && { spans: Int32Array.from(this.#spans) }),
    };
  }

  #append({ ids, types, alignment, span }: EncodedRow): void {
    const end = this.#used + ids.length;
    while (end > this.#ids.length) this.#grow();
    this.#ids.set(ids, this.#used);
    this.#types.set(types, this.#used);
    this.#used = end;
    this.#starts.push(end);
    if (alignment) this.#alignments.push(alignment);
    if (span) this.#spans.push(...span);
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
