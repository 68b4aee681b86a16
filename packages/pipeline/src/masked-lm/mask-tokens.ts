import { DistillerError, type Rng, type TokenizerModel } from '@distiller/core';

/** Share of the tokens that are hidden. */
const HIDDEN = 0.15;
/** Of the hidden ones, shares that become the mask, and (beyond it) another token; the rest stays as it is. */
const MASKED = 0.8;
const REPLACED = 0.1;

/** What masking has to know of a tokenizer. */
export interface MaskVocabulary {
  readonly maskId: number;
  /** What the mask is written as. */
  readonly mask: string;
  readonly vocabularySize: number;
  /** Never hidden and never put in. */
  readonly special: ReadonlySet<number>;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
}

/** @throws DistillerError `config` when the tokenizer has no mask. */
export function maskVocabulary(tokenizer: TokenizerModel): MaskVocabulary {
  const json = JSON.parse(tokenizer.files()['tokenizer.json'] ?? '{}') as {
    readonly added_tokens?: readonly AddedToken[];
  };
  const added = json.added_tokens ?? [];
  const mask = added.find(({ content }) => content === '[MASK]' || content === '<mask>');
  if (!mask) {
    throw new DistillerError(
      'config',
      'Masked language model: its tokenizer has no [MASK] token, so nothing can be hidden. Use a BERT tokenizer, or let one be learnt from the texts.',
    );
  }
  return {
    maskId: mask.id,
    mask: mask.content,
    vocabularySize: tokenizer.vocabularySize,
    special: new Set([tokenizer.padId, ...added.map(({ id }) => id)]),
  };
}

/** The most tokens that are hidden in a text of `length` tokens. */
export function mostHidden(length: number): number {
  return Math.max(1, Math.ceil(HIDDEN * length));
}

export interface MaskedTokens {
  readonly ids: Int32Array;
  /** Ascending. */
  readonly positions: readonly number[];
  /** What stood there. */
  readonly targets: readonly number[];
}

/**
 * Hides 15 % of the tokens that are not special, at least one: 80 % of these become the mask, 10 % a token drawn from the
 * vocabulary, 10 % stay.
 *
 * @param ids of one text, special tokens included.
 * @see Devlin et al., "BERT", 2018, §3.1 and Appendix A.1, arXiv:1810.04805
 */
export function maskTokens(
  ids: Int32Array,
  { maskId, vocabularySize, special }: MaskVocabulary,
  rng: Rng,
): MaskedTokens {
  const candidates = [...ids.keys()].filter((i) => !special.has(ids[i] as number));
  const count = candidates.length === 0 ? 0 : Math.max(1, Math.round(HIDDEN * candidates.length));
  const order = rng.permutation(candidates.length).subarray(0, count);
  const positions = Array.from(order, (i) => candidates[i] as number).sort((a, b) => a - b);
  const masked = Int32Array.from(ids);
  for (const position of positions) {
    const u = rng.uniform();
    if (u < MASKED) masked[position] = maskId;
    else if (u < MASKED + REPLACED) masked[position] = drawToken(vocabularySize, special, rng);
  }
  return { ids: masked, positions, targets: positions.map((i) => ids[i] as number) };
}

function drawToken(vocabularySize: number, special: ReadonlySet<number>, rng: Rng): number {
  for (;;) {
    const id = rng.integer(vocabularySize);
    if (!special.has(id)) return id;
  }
}
