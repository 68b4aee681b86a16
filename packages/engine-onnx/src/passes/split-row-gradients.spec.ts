import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { runGraph } from './run-graph.js';
import { splitRowGradients } from './split-row-gradients.js';

function segmentSum(build: GraphBuilder, name: string, rows: number, count: number): Value {
  const values = build.input(`${name} values`, [rows, 3], 'float32');
  return build.one(
    { op: 'segment-sum', count },
    values,
    build.input(`${name} ids`, [rows], 'int32'),
  );
}

describe('splitRowGradients', () => {
  it('hands back rows and values whose sum is the dense gradient', async () => {
    const build = new GraphBuilder();
    const sum = build.binary('add', segmentSum(build, 'a', 4, 9), segmentSum(build, 'bb', 2, 9));
    const before = new Map([['gradient/table', sum]]);
    const after = splitRowGradients(before);
    expect([...after.keys()]).toEqual(['rows/table', 'values/table']);
    const dense = (await runGraph(before))['gradient/table'];
    const { 'rows/table': rows, 'values/table': values } = await runGraph(after);
    const sums = new Float32Array(9 * 3);
    rows?.data.forEach((row, k) => {
      for (let d = 0; d < 3; d++)
        (sums[row * 3 + d] as number) += values?.data[k * 3 + d] as number;
    });
    dense?.data.forEach((value, i) => expect(sums[i]).toBeCloseTo(value, 6));
  });

  it('keeps a gradient dense that has other terms, or more rows than the table', () => {
    const build = new GraphBuilder();
    const mixed = build.binary(
      'add',
      segmentSum(build, 'a', 4, 9),
      build.input('w', [9, 3], 'float32'),
    );
    const outputs = new Map([
      ['gradient/tied', mixed],
      ['gradient/small', segmentSum(build, 'b', 4, 2)],
      ['output/x', segmentSum(build, 'c', 4, 9)],
    ]);
    expect(splitRowGradients(outputs)).toEqual(outputs);
  });
});
