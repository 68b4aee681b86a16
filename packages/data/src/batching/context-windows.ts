import {
  DistillerError,
  type CharacterSpan,
  type ContextAlignment,
  type Example,
  type PieceEncoder,
  type WindowOptions,
} from '@distiller/core';
import type { EncodedRow } from './encode-row.js';

/** The tokens of a context with the characters that each stands for. */
interface ContextTokens {
  readonly ids: readonly number[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * A question with its context, in windows that overlap so that every part of the context is seen with some surroundings
 * (Devlin et al. 2019, `run_squad.py`). The window that shows most to both sides of a token is its widest one,
 *
 *     max over windows of  min(left, right) + 0.01 · length.
 *
 * @throws DistillerError `input` for an example without a context, `config` when no room is left for it.
 */
export function contextWindows(
  { id, texts, label }: Example,
  pieces: PieceEncoder,
  maxLength: number,
  { docStride, maxQueryLength }: WindowOptions,
): readonly EncodedRow[] {
  const [question, context] = texts;
  if (context === undefined) {
    throw new DistillerError(
      'input',
      `Example ${id} has one text; a span task needs two, the question and its context.`,
    );
  }
  const asked = pieces.cut(question).flatMap(({ ids }) => ids);
  const query = asked.slice(0, maxQueryLength);
  const tokens = contextTokens(context, pieces);
  const room = maxLength - pieces.assemble([query, []], Number.MAX_SAFE_INTEGER).ids.length;
  if (room < 1) {
    throw new DistillerError(
      'config',
      `A maximum length of ${maxLength} tokens leaves no room for a context beside a question of ${query.length} tokens; raise it or lower maxQueryLength.`,
    );
  }
  const windows = cutWindows(tokens.ids.length, room, Math.min(docStride, room));
  const owners = widestWindows(tokens.ids.length, windows);
  const answer = Array.isArray(label) ? answerTokens(label as CharacterSpan[], tokens) : undefined;
  return windows.map(({ start, end }, number) => {
    const { begins, ids, types } = pieces.assemble(
      [query, tokens.ids.slice(start, end)],
      maxLength,
    );
    const from = begins[1] as number;
    const alignment: ContextAlignment = {
      from,
      starts: tokens.starts.slice(start, end),
      ends: tokens.ends.slice(start, end),
      widest: Uint8Array.from({ length: end - start }, (_, i) =>
        owners[start + i] === number ? 1 : 0,
      ),
    };
    const isShown = answer !== undefined && answer[0] >= start && answer[1] < end;
    return {
      ids,
      types,
      alignment,
      span: isShown ? [from + answer[0] - start, from + answer[1] - start] : [0, 0],
      isCut: query.length < asked.length,
    };
  });
}

function contextTokens(context: string, pieces: PieceEncoder): ContextTokens {
  const cut = pieces.cut(context);
  const places = (side: 'start' | 'end') =>
    Int32Array.from(cut.flatMap((piece) => piece.ids.map(() => piece[side])));
  return { ids: cut.flatMap(({ ids }) => ids), starts: places('start'), ends: places('end') };
}

interface Window {
  readonly start: number;
  readonly end: number;
}

/** Windows of at most `room` tokens, each beginning `stride` after the one before, the last one at the end. */
function cutWindows(count: number, room: number, stride: number): readonly Window[] {
  const windows: Window[] = [];
  for (let start = 0; ; start += stride) {
    const end = Math.min(count, start + room);
    windows.push({ start, end });
    if (end === count) return windows;
  }
}

/** For each token the number of its widest window, the first among equals. */
function widestWindows(count: number, windows: readonly Window[]): Int32Array {
  const owners = new Int32Array(count);
  const best = new Float64Array(count).fill(-1);
  windows.forEach(({ start, end }, number) => {
    for (let token = start; token < end; token++) {
      const width = Math.min(token - start, end - 1 - token) + 0.01 * (end - start);
      if (width <= (best[token] as number)) continue;
      best[token] = width;
      owners[token] = number;
    }
  });
  return owners;
}

/** First and last token of the first answer; undefined without one, or when no token stands for any of it. */
function answerTokens(
  [span]: readonly CharacterSpan[],
  { starts, ends }: ContextTokens,
): readonly [number, number] | undefined {
  if (span === undefined) return undefined;
  const first = ends.findIndex((end) => end > span.start);
  const last = starts.findLastIndex((start) => start < span.end);
  return first < 0 || last < first ? undefined : [first, last];
}
