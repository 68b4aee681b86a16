import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { rewrite } from '../graph/rewrite.js';
import { operationsOf, runGraph } from './run-graph.js';
import { scalarsIntoMatmul } from './scalars-into-matmul.js';

const twice = (outputs: Parameters<typeof rewrite>[0]) =>
  rewrite(rewrite(outputs, scalarsIntoMatmul), scalarsIntoMatmul);

describe('scalarsIntoMatmul', () => {
  it('takes factors of operands and of the result, also from behind a reshape', async () => {
    const build = new GraphBuilder();
    const a = build.input('a', [2, 6], 'float32');
    const b = build.input('bb', [4, 3], 'float32');
    const left = build.reshape(build.binary('mul', a, build.fill(0.5)), [3, 4]);
    const product = build.matmul(left, build.binary('mul', b, build.fill(4)));
    const before = new Map([
      ['y', build.binary('mul', build.reshape(product, [9]), build.fill(3))],
    ]);
    const after = twice(before);
    expect(operationsOf(after)).toEqual(['reshape', 'matmul', 'reshape']);
    const [was, is] = [await runGraph(before), await runGraph(after)];
    [...(is['y']?.data ?? [])].forEach((value, i) =>
      expect(value).toBeCloseTo(was['y']?.data[i] as number, 5),
    );
  });

  it('scales the bias of a product along with it', async () => {
    const build = new GraphBuilder();
    const product = build.matmul(
      build.input('a', [2, 3], 'float32'),
      build.input('bb', [3, 4], 'float32'),
      {},
      build.input('ccc', [4], 'float32'),
    );
    const before = new Map([['y', build.binary('mul', product, build.fill(2))]]);
    const after = twice(before);
    expect(operationsOf(after)).toEqual(['mul', 'matmul']); // the bias is what is multiplied
    expect(await runGraph(after)).toEqual(await runGraph(before)); // a power of two is exact
  });

  it('leaves a product alone that others read', () => {
    const build = new GraphBuilder();
    const product = build.matmul(
      build.input('a', [2, 3], 'float32'),
      build.input('b', [3, 2], 'float32'),
    );
    const before = new Map([
      ['y', product],
      ['z', build.binary('mul', product, build.fill(2))],
    ]);
    expect(operationsOf(twice(before))).toEqual(['matmul', 'mul']);
  });
});
