import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { operationsOf, runGraph } from './run-graph.js';
import { shareGelu } from './share-gelu.js';

describe('shareGelu', () => {
  it('writes gelu out where its gradient needs the parts', async () => {
    const build = new GraphBuilder();
    const x = build.input('x', [3, 4], 'float32');
    const scaled = build.binary('mul', x, build.fill(Math.SQRT1_2));
    const before = new Map([
      ['y', build.unary('gelu', x)],
      ['gradient', build.binary('add', build.unary('erf', scaled), build.fill(1))],
    ]);
    const after = shareGelu(before);
    expect(operationsOf(after).filter((name) => name === 'gelu')).toEqual([]);
    const [was, is] = [await runGraph(before), await runGraph(after)];
    [...(is['y']?.data ?? [])].forEach((value, i) =>
      expect(value).toBeCloseTo(was['y']?.data[i] as number, 6),
    );
  });

  it('keeps gelu one operation in a forward pass', () => {
    const build = new GraphBuilder();
    const before = new Map([['y', build.unary('gelu', build.input('x', [3], 'float32'))]]);
    expect(operationsOf(shareGelu(before))).toEqual(['gelu']);
  });
});
