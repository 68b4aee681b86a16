import {
  DistillerError,
  type Alignment,
  type Example,
  type PieceEncoder,
  type TaskKind,
  type TokenizerModel,
  type WindowOptions,
} from '@distiller/core';
import { contextWindows } from './context-windows.js';

/** What a model is shown of an example at once. */
export interface EncodedRow {
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly alignment?: Alignment;
  /** First and last token of the answer, both 0 when the row does not show it. */
  readonly span?: readonly [number, number];
  /** Whether something was cut off for good. */
  readonly isCut: boolean;
}

/** BERT's: see Devlin et al. 2019, `run_squad.py`. */
export const DEFAULT_WINDOWS: WindowOptions = { docStride: 128, maxQueryLength: 64 };

/**
 * Settings of windows, of which later ones count; what nobody says is BERT's default.
 *
 * @throws DistillerError `config` for a number that is not positive.
 */
export function windowsOf(
  ...given: readonly (Partial<WindowOptions> | undefined)[]
): WindowOptions {
  const windows = Object.assign({}, DEFAULT_WINDOWS, ...given) as WindowOptions;
  for (const [name, value] of Object.entries(windows)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new DistillerError(
      'config',
      `${name} is ${value}; expected a number of tokens from 1 on.`,
    );
  }
  return windows;
}

/** Longer than any text: encodes without cutting. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * How examples of a kind become rows: a text one row, words one row with the first token of each word, and a question with
 * its context as many as it takes to show all of the context.
 *
 * @throws DistillerError `unsupported` when the tokenizer can't tell where its tokens stand.
 */
export function rowEncoder(
  kind: TaskKind,
  tokenizer: TokenizerModel,
  maxLength: number,
  windows: WindowOptions,
): (example: Example) => readonly EncodedRow[] {
  if (kind === 'token-classification') {
    const pieces = piecesOf(tokenizer, kind);
    return (example) => [wordRow(example, pieces, maxLength)];
  }
  if (kind === 'span') {
    const pieces = piecesOf(tokenizer, kind);
    return (example) => contextWindows(example, pieces, maxLength, windows);
  }
  return ({ texts }) => {
    const whole = tokenizer.encode(texts, UNLIMITED);
    return whole.ids.length > maxLength
      ? [{ ...tokenizer.encode(texts, maxLength), isCut: true }]
      : [{ ...whole, isCut: false }];
  };
}

/** Words without a token of their own have no first one; words are those of the example, or what white space separates. */
function wordRow(
  { texts, words = wordsOf(texts[0]) }: Example,
  pieces: PieceEncoder,
  maxLength: number,
): EncodedRow {
  const ids: number[] = [];
  const firsts = new Int32Array(words.length);
  words.forEach((word, i) => {
    const own = pieces.word(word);
    firsts[i] = own.length === 0 ? -1 : ids.length;
    ids.push(...own);
  });
  const { begins, ...row } = pieces.assemble([ids], maxLength);
  const begin = begins[0] ?? 0;
  const kept = Math.min(ids.length, maxLength - pieces.assemble([[]], maxLength).ids.length);
  return {
    ...row,
    alignment: { firsts: firsts.map((first) => (first < 0 || first >= kept ? -1 : begin + first)) },
    isCut: kept < ids.length,
  };
}

/** What white space separates. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function piecesOf({ pieces }: TokenizerModel, kind: TaskKind): PieceEncoder {
  if (pieces) return pieces;
  throw new DistillerError(
    'unsupported',
    `This tokenizer can't tell where its tokens stand in a text, which ${kind} needs. Use a tokenizer from a Hugging Face folder.`,
  );
}
