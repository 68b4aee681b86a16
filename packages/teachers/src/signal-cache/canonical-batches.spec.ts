import { describe, expect, it } from '@jest/globals';
import { canonicalBatches, canonicalLengths } from './canonical-batches.js';
import type { EncodedText } from './text-key.js';

const text = (length: number): EncodedText => ({
  key: String(length),
  ids: Int32Array.from({ length }, (_, i) => 100 * length + i),
  types: Int32Array.from({ length }, (_, i) => i % 2),
});

describe('canonicalLengths', () => {
  it('ends with the longest input of the model', () => {
    expect(canonicalLengths(40)).toEqual([8, 16, 32, 40]);
    expect(canonicalLengths(32)).toEqual([8, 16, 32]);
    expect(canonicalLengths(5)).toEqual([5]);
  });
});

describe('canonicalBatches', () => {
  it('gives every text the same shape in any company', () => {
    const texts = [text(3), text(5), text(2), text(7)];
    for (const given of [texts, [...texts].reverse(), texts.slice(1)]) {
      for (const batch of canonicalBatches(given, 2, [4, 8], 0)) {
        for (const { ids } of batch.texts) {
          expect(batch.encoding['ids']?.shape).toEqual([2, ids.length <= 4 ? 4 : 8]);
        }
      }
    }
  });

  it('pads texts, and repeats the last one to fill the rows', () => {
    const [batch] = [...canonicalBatches([text(2), text(3)], 3, [4], 9)];
    expect(batch?.texts.map(({ key }) => key)).toEqual(['2', '3']);
    expect([...(batch?.encoding['ids']?.data ?? [])]).toEqual([
      200, 201, 9, 9, 300, 301, 302, 9, 300, 301, 302, 9,
    ]);
    expect([...(batch?.encoding['mask']?.data ?? [])]).toEqual([
      1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0,
    ]);
    expect([...(batch?.encoding['types']?.data ?? [])]).toEqual([
      0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0,
    ]);
  });

  it('cuts many texts into batches', () => {
    const batches = [
      ...canonicalBatches(
        Array.from({ length: 5 }, () => text(2)),
        2,
        [4],
        0,
      ),
    ];
    expect(batches.map(({ texts }) => texts.length)).toEqual([2, 2, 1]);
  });

  it('refuses a text longer than the model', () => {
    expect(() => [...canonicalBatches([text(9)], 2, [4, 8], 0)]).toThrow(
      'teacher: a text has 9 tokens, but the teacher reads 8 at most. Lower training.maxLength.',
    );
  });
});
