import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { rewrite } from '../graph/rewrite.js';
import { biasIntoMatmul } from './bias-into-matmul.js';
import { operationsOf, runGraph } from './run-graph.js';

function product(build: GraphBuilder) {
  return build.matmul(build.input('x', [3, 4], 'float32'), build.input('ww', [2, 4], 'float32'), {
    transposeB: true,
  });
}

describe('biasIntoMatmul', () => {
  it('adds a vector within the product, in either order', async () => {
    const build = new GraphBuilder();
    const bias = build.input('bias', [2], 'float32');
    for (const y of [
      build.binary('add', product(build), bias),
      build.binary('add', bias, product(build)),
    ]) {
      const after = rewrite(new Map([['y', y]]), biasIntoMatmul);
      expect(operationsOf(after)).toEqual(['matmul']);
      const [was, is] = [await runGraph(new Map([['y', y]])), await runGraph(after)];
      [...(is['y']?.data ?? [])].forEach((value, i) =>
        expect(value).toBeCloseTo(was['y']?.data[i] as number, 6),
      );
    }
  });

  it('leaves a matrix, and a product that others read', () => {
    const build = new GraphBuilder();
    const matrix = build.binary('add', product(build), build.input('m', [3, 2], 'float32'));
    const vector = build.binary('add', product(build), build.input('bias', [2], 'float32'));
    const before = new Map([
      ['y', matrix],
      ['z', vector],
    ]);
    expect(operationsOf(rewrite(before, biasIntoMatmul))).toEqual(['matmul', 'add', 'add']);
  });
});
