import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { rewrite } from '../graph/rewrite.js';
import { mergeViews } from './merge-views.js';
import { operationsOf, runGraph } from './run-graph.js';

describe('mergeViews', () => {
  it('makes one of several, or none', async () => {
    const build = new GraphBuilder();
    const x = build.input('x', [2, 3, 4], 'float32');
    const turned = build.transpose(build.transpose(x, [1, 0, 2]), [0, 2, 1]);
    const before = new Map([
      ['same', build.reshape(build.reshape(x, [6, 4]), [2, 3, 4])],
      ['one', build.reshape(build.reshape(x, [6, 4]), [24])],
      ['turned', turned],
      ['back', build.transpose(turned, [2, 0, 1])],
      ['unit', build.transpose(build.reshape(x, [6, 1, 4]), [1, 0, 2])],
    ]);
    // Once more, because the transpose of a unit axis leaves a reshape of a reshape.
    const after = rewrite(rewrite(before, mergeViews), mergeViews);
    expect(operationsOf(after).sort()).toEqual(['reshape', 'reshape', 'transpose']);
    expect(await runGraph(after)).toEqual(await runGraph(before));
  });
});
