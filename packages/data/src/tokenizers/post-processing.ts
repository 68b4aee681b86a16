import { DistillerError, type Encoding } from '@distiller/core';
import type { LibraryTokenizer } from './tokenizer-library.js';

/** Stand-ins for the two texts; no tokenizer makes such tokens. */
const TEXTS = ['\u0000first', '\u0000second'] as const;

type Slot =
  { readonly text: 0 | 1; readonly type: number } | { readonly id: number; readonly type: number };

/**
 * Where the texts and the special tokens of an encoding go. Learnt once by running the tokenizer's
 * post-processor on stand-ins, because the library can't truncate and truncation has to happen before it.
 */
export class PostProcessing {
  readonly #single: readonly Slot[];
  readonly #pair: readonly Slot[];

  /** @param processor type of the post-processor. */
  constructor(tokenizer: LibraryTokenizer, processor: string | undefined) {
    // RoBERTa has one token type; the library gives the second text of a pair a 1 all the same.
    const oneType = processor === 'RobertaProcessing';
    this.#single = learn(tokenizer, 1, oneType);
    this.#pair = learn(tokenizer, 2, oneType);
  }

  /**
   * Puts special tokens around the ids of one or two texts, cut so that at most `maxLength` tokens result.
   * Of a pair the longer text is cut first, until both are equally long.
   *
   * @returns with the token at which each text begins.
   * @throws DistillerError `config` when not even one token of each text fits.
   */
  assemble(
    first: readonly number[],
    second: readonly number[] | undefined,
    maxLength: number,
  ): Encoding & { readonly begins: readonly number[] } {
    const slots = second === undefined ? this.#single : this.#pair;
    const texts = second === undefined ? [first] : [first, second];
    const room = maxLength - (slots.length - texts.length);
    if (room < texts.length) {
      throw new DistillerError(
        'config',
        `A maximum length of ${maxLength} tokens leaves no room for ${texts.length === 1 ? 'text' : 'two texts'} ` +
          `beside ${slots.length - texts.length} special tokens; use at least ${slots.length}.`,
      );
    }
    const kept = second === undefined ? [room] : keptOfPair(first.length, second.length, room);
    const ids: number[] = [];
    const types: number[] = [];
    const begins: number[] = [];
    for (const slot of slots) {
      if ('id' in slot) {
        ids.push(slot.id);
        types.push(slot.type);
        continue;
      }
      begins[slot.text] = ids.length;
      const text = texts[slot.text] ?? [];
      const length = Math.min(text.length, kept[slot.text] ?? 0);
      for (let i = 0; i < length; i++) {
        ids.push(text[i] as number);
        types.push(slot.type);
      }
    }
    return { ids, types, begins };
  }
}

/** Tokens kept of each text: what is too much is taken from the longer one, the odd token stays with it. */
function keptOfPair(first: number, second: number, room: number): readonly [number, number] {
  if (first + second <= room) return [first, second];
  const half = Math.floor(room / 2);
  const shorter = Math.min(first, second, half);
  return first > second ? [room - shorter, shorter] : [shorter, room - shorter];
}

function learn(tokenizer: LibraryTokenizer, texts: 1 | 2, oneType: boolean): readonly Slot[] {
  const processed = tokenizer.post_processor?.([TEXTS[0]], texts === 2 ? [TEXTS[1]] : null, true);
  const tokens = processed?.tokens ?? TEXTS.slice(0, texts);
  const types = processed?.token_type_ids;
  const slots = tokens.map((token, i): Slot => {
    const text = TEXTS.indexOf(token as (typeof TEXTS)[number]);
    const type = oneType ? 0 : (types?.[i] ?? (text === 1 ? 1 : 0));
    if (text === 0 || text === 1) return { text, type };
    const id = tokenizer.token_to_id(token);
    if (id === undefined) {
      throw new Error(`its post-processor adds ${token}, which is not in the vocabulary`);
    }
    return { id, type };
  });
  // A byte-level post-processor on its own drops the second text.
  const hasSecond = slots.some((slot) => 'text' in slot && slot.text === 1);
  return texts === 2 && !hasSecond ? [...slots, { text: 1, type: oneType ? 0 : 1 }] : slots;
}
