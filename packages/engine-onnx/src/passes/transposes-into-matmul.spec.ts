import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { reachable } from '../graph/graph.js';
import { rewrite } from '../graph/rewrite.js';
import { operationsOf, runGraph } from './run-graph.js';
import { transposesIntoMatmul } from './transposes-into-matmul.js';

describe('transposesIntoMatmul', () => {
  it('reads operands transposed and computes transposed products transposed', async () => {
    const build = new GraphBuilder();
    const a = build.input('a', [2, 3, 4], 'float32');
    const b = build.input('bb', [2, 5, 4], 'float32');
    const product = build.matmul(a, build.transpose(b, [0, 2, 1])); // [2, 3, 5]
    const before = new Map([['y', build.transpose(product, [0, 2, 1])]]);
    const after = rewrite(rewrite(before, transposesIntoMatmul), transposesIntoMatmul);
    expect(operationsOf(after)).toEqual(['matmul']);
    expect(await runGraph(after)).toEqual(await runGraph(before));
  });

  it('shares one layout of heads between the products that read it either way', async () => {
    const build = new GraphBuilder();
    const heads = build.input('heads', [2, 3, 2, 4], 'float32'); // [B, T, H, d]
    const rows = build.transpose(heads, [0, 2, 1, 3]);
    const columns = build.transpose(heads, [0, 2, 3, 1]);
    const before = new Map([['y', build.matmul(rows, columns)]]);
    const after = rewrite(before, transposesIntoMatmul);
    const permutations = reachable(after).flatMap(({ operation }) =>
      operation.op === 'transpose' ? [operation.permutation] : [],
    );
    expect(permutations).toEqual([[0, 2, 1, 3]]);
    expect(await runGraph(after)).toEqual(await runGraph(before));
  });

  it('keeps a product that is also read as it is', () => {
    const build = new GraphBuilder();
    const product = build.matmul(
      build.input('a', [2, 3], 'float32'),
      build.input('b', [3, 2], 'float32'),
    );
    const before = new Map([
      ['y', product],
      ['z', build.transpose(product, [1, 0])],
    ]);
    expect(operationsOf(rewrite(before, transposesIntoMatmul))).toEqual(['matmul', 'transpose']);
  });
});
