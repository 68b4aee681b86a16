import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { rewrite } from '../graph/rewrite.js';
import { columnSums } from './column-sums.js';
import { operationsOf, runGraph } from './run-graph.js';

describe('columnSums', () => {
  it('sums the rows of a tall matrix by a product', async () => {
    const build = new GraphBuilder();
    const before = new Map([
      ['y', build.reduce('sum', build.input('x', [200, 3], 'float32'), [0])],
    ]);
    const after = rewrite(before, columnSums);
    expect(operationsOf(after)).toEqual(['matmul']);
    const [was, is] = [await runGraph(before), await runGraph(after)];
    expect(is['y']?.shape).toEqual([1, 3]);
    was['y']?.data.forEach((value, i) => expect(is['y']?.data[i]).toBeCloseTo(value, 4));
  });

  it('leaves other sums alone', () => {
    const build = new GraphBuilder();
    const outputs = new Map([
      ['rows', build.reduce('sum', build.input('x', [200, 3], 'float32'), [1])],
      ['few', build.reduce('sum', build.input('y', [4, 3], 'float32'), [0])],
      ['mean', build.reduce('mean', build.input('x', [200, 3], 'float32'), [0])],
      ['integers', build.reduce('sum', build.input('z', [200, 3], 'int32'), [0])],
    ]);
    expect(operationsOf(rewrite(outputs, columnSums))).toEqual(['sum', 'sum', 'mean', 'sum']);
  });
});
