import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import { reachable, type Outputs, type Value } from '../graph/graph.js';
import { operationsOf, runGraph } from './run-graph.js';
import { tileBatch } from './tile-batch.js';

const BATCH = 5;
/** Of unequal size, as a batch that does not divide evenly has them. */
const PARTS = [
  { start: 0, count: 2 },
  { start: 2, count: 3 },
];

type Formula = (build: GraphBuilder, x: Value) => Value;

/** x is [5, 4, 6]; the formula's operations, and those of the same thing in parts. */
const cases: [string, Formula][] = [
  ['element by element', (b, x) => b.binary('add', b.unary('exp', x), b.fill(1))],
  [
    'with what is the same for all texts',
    (b, x) => b.binary('mul', x, b.input('param/p', [4, 6], 'float32')),
  ],
  [
    'with another input',
    (b, x) => b.binary('mul', x, b.input('input/y', [BATCH, 1, 6], 'float32')),
  ],
  ['with a number for each element', (b, x) => b.binary('sub', b.fill(2, [BATCH, 4, 6]), x)],
  ['as rows of words', (b, x) => b.unary('tanh', b.reshape(x, [BATCH * 4, 6]))],
  ['a transpose within a text', (b, x) => b.transpose(x, [0, 2, 1])],
  [
    'a slice and a pad within a text',
    (b, x) =>
      b.one(
        { op: 'pad', before: [0, 1, 0], after: [0, 0, 2], value: 7 },
        b.slice(x, [0, 1, 0], [BATCH, 2, 6]),
      ),
  ],
  ['a choice', (b, x) => b.select(b.binary('greater', x, b.fill(0)), x, b.fill(9))],
  ['softmax', (b, x) => b.softmax(x)],
  ['joining along another axis', (b, x) => b.concat([x, x], 2)],
  ['a sum within a text', (b, x) => b.reduce('sum', x, [2])],
  ['a sum over the batch', (b, x) => b.reduce('sum', x, [0])],
  ['a mean over everything', (b, x) => b.reduce('mean', x, [0, 1, 2])],
  ['a maximum over the batch', (b, x) => b.reduce('max', x, [0, 2])],
  [
    'a product with weights',
    (b, x) =>
      b.matmul(
        b.reshape(x, [20, 6]),
        b.input('param/weights', [3, 6], 'float32'),
        { transposeB: true },
        b.input('param/b', [3], 'float32'),
      ),
  ],
  ['products within texts', (b, x) => b.matmul(x, x, { transposeB: true, alpha: 0.5 })],
  [
    'a gradient of weights',
    (b, x) => {
      const rows = b.reshape(x, [20, 6]);
      return b.matmul(rows, b.unary('tanh', rows), { transposeA: true });
    },
  ],
  [
    'rows of a table',
    (b) =>
      b.gather(
        b.input('param/table', [2, 3], 'float32'),
        b.input('input/ids', [BATCH, 4], 'int32'),
        0,
      ),
  ],
  ['the largest of a text', (b, x) => b.one({ op: 'arg', fn: 'max', axis: 2 }, x)],
  // Not possible in parts: put together first.
  [
    'products between texts',
    (b, x) => {
      const flat = b.unary('tanh', b.reshape(x, [BATCH, 24]));
      return b.matmul(flat, flat, { transposeB: true });
    },
  ],
  ['a transpose of the batch', (b, x) => b.transpose(b.unary('tanh', x), [1, 0, 2])],
  ['a softmax over the batch', (b, x) => b.softmax(b.transpose(b.unary('tanh', x), [1, 2, 0]))],
];

async function expectSame(before: Outputs, after: Outputs) {
  const [was, is] = [await runGraph(before), await runGraph(after)];
  expect(is['y']?.shape).toEqual(was['y']?.shape);
  expect(is['y']?.dtype).toBe(was['y']?.dtype);
  was['y']?.data.forEach((value, i) => expect(is['y']?.data[i]).toBeCloseTo(value, 5));
}

describe('tileBatch', () => {
  it.each(cases)('computes %s', async (_, formula) => {
    const build = new GraphBuilder();
    const x = build.input('input/x', [BATCH, 4, 6], 'float32');
    const before = new Map([['y', formula(build, x)]]);
    await expectSame(before, tileBatch(before, BATCH, PARTS));
  });

  it('keeps parts apart from operation to operation and joins them at the end', () => {
    const build = new GraphBuilder();
    const x = build.input('input/x', [BATCH, 4, 6], 'float32');
    const y = build.softmax(build.unary('tanh', build.reshape(x, [20, 6])));
    const tiled = tileBatch(new Map([['y', y]]), BATCH, PARTS);
    expect(operationsOf(tiled).sort()).toEqual(
      [
        'slice',
        'slice',
        'reshape',
        'reshape',
        'tanh',
        'tanh',
        'softmax',
        'softmax',
        'concat',
      ].sort(),
    );
  });

  it('adds the gradient of weights up within the products', () => {
    const build = new GraphBuilder();
    const rows = build.reshape(build.input('input/x', [BATCH, 4, 6], 'float32'), [20, 6]);
    const y = build.matmul(rows, build.unary('tanh', rows), { transposeA: true });
    const tiled = tileBatch(new Map([['y', y]]), BATCH, PARTS);
    expect(reachable(tiled).filter(({ operation }) => operation.op === 'matmul')).toHaveLength(2);
    expect(tiled.get('y')?.node.inputs).toHaveLength(3);
  });

  it('leaves what does not depend on the batch alone', () => {
    const build = new GraphBuilder();
    const p = build.input('param/p', [BATCH, 3], 'float32');
    const outputs = new Map([['y', build.unary('exp', p)]]);
    expect(operationsOf(tileBatch(outputs, BATCH, PARTS))).toEqual(['exp']);
  });
});
