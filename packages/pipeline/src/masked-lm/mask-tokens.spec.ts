import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  DistillerError,
  type Batch,
  type HostTensor,
  type TextModel,
  type TokenizerModel,
} from '@distiller/core';
import { maskTokens, maskVocabulary, mostHidden } from './mask-tokens.js';
import { maskTokensOf } from './mask-tokens-of.js';

const MASK = 4;
const vocabulary = {
  mask: '[MASK]',
  maskId: MASK,
  vocabularySize: 1000,
  special: new Set([0, 1, 2, 3, MASK]),
};

function text(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) =>
    i === 0 ? 2 : i === length - 1 ? 3 : 100 + (i % 800),
  );
}

const tokenizer = (tokens: readonly object[]): TokenizerModel => ({
  fingerprint: 'f',
  vocabularySize: 1000,
  padId: 0,
  encode: () => ({ ids: [], types: [] }),
  files: () => ({ 'tokenizer.json': JSON.stringify({ added_tokens: tokens }) }),
});

describe('maskTokens', () => {
  it.each([
    [2, 0], // special tokens alone
    [3, 1], // at least one
    [12, 2], // round(0.15 · 10)
    [102, 15],
  ])('hides 15 %% of a text of %d tokens: %d', (length, count) => {
    const ids = text(length);
    const before = [...ids];
    const { positions, targets } = maskTokens(ids, vocabulary, createRng(1));
    expect(positions).toHaveLength(count);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(targets).toEqual(positions.map((i) => before[i]));
    expect(positions.every((i) => i > 0 && i < length - 1)).toBe(true);
    expect([...ids]).toEqual(before);
    expect(count).toBeLessThanOrEqual(mostHidden(length));
  });

  it('masks 80 % of them, replaces 10 % and leaves 10 %, and touches nothing else', () => {
    const counts = { masked: 0, replaced: 0, kept: 0, total: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const ids = text(102);
      const { ids: out, positions } = maskTokens(ids, vocabulary, createRng(seed));
      const hidden = new Set(positions);
      out.forEach((id, i) => {
        if (!hidden.has(i)) expect(id).toBe(ids[i]);
        else if (id === MASK) counts.masked++;
        else if (id === ids[i]) counts.kept++;
        else counts.replaced++;
        if (hidden.has(i) && id !== MASK) expect(vocabulary.special.has(id)).toBe(false);
      });
      counts.total += positions.length;
    }
    // 3,000 draws: three standard deviations are 0.022 at 0.8 and 0.016 at 0.1
    expect(Math.abs(counts.masked / counts.total - 0.8)).toBeLessThan(0.022);
    expect(Math.abs(counts.replaced / counts.total - 0.1)).toBeLessThan(0.017);
    expect(Math.abs(counts.kept / counts.total - 0.1)).toBeLessThan(0.017);
  });
});

describe('maskVocabulary', () => {
  it('reads the special tokens of a tokenizer', () => {
    const added = [
      { id: 2, content: '[CLS]' },
      { id: 9, content: '[MASK]' },
    ];
    expect(maskVocabulary(tokenizer(added))).toEqual({
      maskId: 9,
      mask: '[MASK]',
      vocabularySize: 1000,
      special: new Set([0, 2, 9]),
    });
    expect(() => maskVocabulary(tokenizer([]))).toThrow(DistillerError);
  });
});

describe('maskTokensOf', () => {
  const model = { tokenizer: tokenizer([2, 3, 4].map((id) => ({ id, content: id === 4 ? '[MASK]' : `${id}` }))) } as unknown as TextModel; // prettier-ignore
  const tensor = (data: Int32Array): HostTensor => ({ dtype: 'int32', shape: [2, 20], data });
  const batch = (ids: readonly string[]): Batch => ({
    examples: ids.map((id) => ({ id, texts: ['x'] })),
    encodings: {
      student: {
        ids: tensor(Int32Array.from([...text(20), ...text(10), ...new Int32Array(10)])),
        mask: tensor(new Int32Array(40).fill(1)),
        types: tensor(new Int32Array(40)),
      },
    },
  });
  const masked = (ids: readonly string[], epoch: number, seed = 1) =>
    maskTokensOf(model, 'student', createRng(seed))(batch(ids), epoch).encodings['student'];

  it('adds positions and what stood there, −1 where a text has fewer', () => {
    const { positions, hidden, ids } = masked(['a', 'b'], 0) ?? {};
    expect([positions?.shape, hidden?.shape]).toEqual([
      [2, 3],
      [2, 3],
    ]);
    // round(0.15 · 18) = 3 and round(0.15 · 8) = 1 tokens
    expect(Array.from(hidden?.data ?? [], (id) => id >= 0)).toEqual([true, true, true, true, false, false]); // prettier-ignore
    expect([...(hidden?.data ?? [])].slice(0, 3)).toEqual(
      [...(positions?.data ?? [])].slice(0, 3).map((i) => text(20)[i]),
    );
    expect([...(ids?.data.subarray(30) ?? [])]).toEqual(new Array(10).fill(0));
  });

  it('is a function of seed, epoch and example', () => {
    const places = (...args: Parameters<typeof masked>) => String(masked(...args)?.['positions']?.data.subarray(0, 3)); // prettier-ignore
    expect(places(['a', 'b'], 0)).toBe(places(['a', 'c'], 0));
    const all = [places(['a', 'b'], 0), places(['a', 'b'], 1), places(['b', 'a'], 0), places(['a', 'b'], 0, 2)]; // prettier-ignore
    expect(new Set(all).size).toBe(4);
  });
});
