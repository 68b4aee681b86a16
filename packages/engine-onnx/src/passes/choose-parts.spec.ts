import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import type { Shape } from '../graph/graph.js';
import { chooseParts } from './choose-parts.js';

function squared(...shapes: Shape[]) {
  const build = new GraphBuilder();
  return new Map(
    shapes.map((shape, i) => {
      const x = build.input(`input/${i}`, shape, 'float32');
      return [`y${i}`, build.binary('mul', x, x)];
    }),
  );
}

describe('chooseParts', () => {
  it('cuts the batch into parts of about 5 MB that cover it', () => {
    // 7 · 500,000 · 4 bytes = 14 MB: three parts.
    expect(chooseParts(squared([7, 500_000], [7]))).toEqual({
      batch: 7,
      parts: [
        { start: 0, count: 2 },
        { start: 2, count: 3 },
        { start: 5, count: 2 },
      ],
    });
  });

  it('never cuts a text', () => {
    expect(chooseParts(squared([2, 10_000_000]))?.parts).toHaveLength(2);
  });

  it('leaves small batches whole, and inputs without a common first axis', () => {
    expect(chooseParts(squared([32, 100]))).toBeUndefined();
    expect(chooseParts(squared([8, 1_000_000], [9]))).toBeUndefined();
    expect(chooseParts(squared())).toBeUndefined();
  });
});
