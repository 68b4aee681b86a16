import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { rewrite } from '../graph/rewrite.js';
import { operationsOf, runGraph } from './run-graph.js';
import { softmaxGradient } from './softmax-gradient.js';

/** g∘y − (Σ g∘y)·y, as tfjs writes it. */
function recorded(build: GraphBuilder, gradient: Value, y: Value): Value {
  const product = build.binary('mul', gradient, y);
  const sum = build.reduce('sum', product, [y.shape.length - 1]);
  return build.binary('sub', product, build.binary('mul', sum, y));
}

async function expectSame(outputs: ReadonlyMap<string, Value>, operations: string[]) {
  const after = rewrite(outputs, softmaxGradient);
  expect(operationsOf(after)).toEqual(operations);
  const [was, is] = [await runGraph(outputs), await runGraph(after)];
  for (const [name, { data }] of Object.entries(was)) {
    data.forEach((value, i) => expect(is[name]?.data[i]).toBeCloseTo(value, 5));
  }
}

describe('softmaxGradient', () => {
  it('takes the probabilities out of both terms', async () => {
    const build = new GraphBuilder();
    const y = build.softmax(build.input('x', [3, 5], 'float32'));
    const gradient = build.input('gradient', [3, 5], 'float32');
    await expectSame(new Map([['y', recorded(build, gradient, y)]]), [
      'softmax',
      'mul',
      'sum',
      'sub',
      'mul',
    ]);
  });

  it.each([false, true])(
    'knows the sum from the smaller tensors of attention, dropout %s',
    async (dropout) => {
      const build = new GraphBuilder();
      const y = build.softmax(build.input('x', [2, 5, 5], 'float32'));
      const mask = build.input('mask', [2, 5, 5], 'float32');
      const values = build.input('values', [2, 5, 3], 'float32');
      const outer = build.input('gradient of context', [2, 5, 3], 'float32');
      const context = build.matmul(dropout ? build.binary('mul', y, mask) : y, values);
      const product = build.matmul(outer, values, { transposeB: true });
      const gradient = dropout ? build.binary('mul', product, mask) : product;
      const outputs = new Map([
        ['context', context],
        ['scores', recorded(build, gradient, y)],
      ]);
      // The sum is over a product of [2, 5, 3] tensors now: one more `mul` there, one less on [2, 5, 5].
      await expectSame(
        outputs,
        dropout
          ? ['softmax', 'mul', 'matmul', 'matmul', 'mul', 'mul', 'sum', 'sub', 'mul']
          : ['softmax', 'matmul', 'matmul', 'mul', 'sum', 'sub', 'mul'],
      );
      const sums = rewrite(outputs, softmaxGradient).get('scores');
      expect(sums?.node.inputs[1]?.node.inputs[1]?.node.inputs[0]?.shape).toEqual([2, 5, 3]);
    },
  );
});
