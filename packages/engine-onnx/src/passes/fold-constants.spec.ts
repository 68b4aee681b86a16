import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { rewrite } from '../graph/rewrite.js';
import { foldConstants } from './fold-constants.js';
import { operationsOf, runGraph } from './run-graph.js';

describe('foldConstants', () => {
  it('works out what is one number everywhere', async () => {
    const build = new GraphBuilder();
    const x = build.input('x', [2, 3], 'float32');
    const ones = build.transpose(build.fill(1, [3, 2]), [1, 0]);
    const factor = build.binary('div', build.reduce('sum', ones, []), build.fill(4));
    const root = build.unary('sqrt', build.cast(build.fill(9, [], 'int32'), 'float32'));
    const y = build.binary('mul', x, build.binary('add', factor, root));
    const before = new Map([['y', y]]);
    const after = rewrite(before, foldConstants);
    expect(operationsOf(before)).toEqual(['transpose', 'div', 'cast', 'sqrt', 'add', 'mul']);
    expect(operationsOf(after)).toEqual(['mul']);
    expect(await runGraph(after)).toEqual(await runGraph(before));
  });

  it('leaves integers to integer arithmetic', () => {
    const build = new GraphBuilder();
    const seven = build.fill(7, [], 'int32');
    const y = build.binary('div', seven, build.fill(2, [], 'int32'));
    expect(operationsOf(rewrite(new Map([['y', y]]), foldConstants))).toEqual(['div']);
  });
});
