import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { rewrite } from '../graph/rewrite.js';
import { operationsOf, runGraph } from './run-graph.js';
import { simplifyAlgebra } from './simplify-algebra.js';

type Formula = (build: GraphBuilder, x: Value, y: Value) => Value;

const cases: [string, Formula, string[]][] = [
  ['x · 1', (b, x) => b.binary('mul', x, b.fill(1)), []],
  ['1 · x', (b, x) => b.binary('mul', b.fill(1, [2, 3]), x), []],
  ['x + 0', (b, x) => b.binary('add', x, b.fill(0)), []],
  ['0 + x', (b, x) => b.binary('add', b.fill(0, [2, 3]), x), []],
  ['x − 0', (b, x) => b.binary('sub', x, b.fill(0)), []],
  ['0 − x', (b, x) => b.binary('sub', b.fill(0), x), ['mul']],
  ['−(−x)', (b, x) => b.unary('neg', b.unary('neg', x)), []],
  ['x + (−y)', (b, x, y) => b.binary('add', x, b.unary('neg', y)), ['sub']],
  ['(−x) + y', (b, x, y) => b.binary('add', b.unary('neg', x), y), ['sub']],
  ['x − (−y)', (b, x, y) => b.binary('sub', x, b.unary('neg', y)), ['add']],
  [
    '((x · 2) / 3) · 5',
    (b, x) => b.binary('mul', b.binary('div', b.binary('mul', x, b.fill(2)), b.fill(3)), b.fill(5)),
    ['mul'],
  ],
  ['Σ (2 · x)', (b, x) => b.reduce('sum', b.binary('mul', x, b.fill(2)), [1]), ['sum', 'mul']],
  ['mean of one', (b, x) => b.reduce('mean', b.reshape(x, [2, 1, 3]), [1]), ['reshape']],
  [
    'Σ of copies',
    (b, x) => b.reduce('sum', b.expand(b.reduce('max', x, [1]), [2, 3]), [1]),
    ['max', 'mul'],
  ],
  [
    'x + copies of a row',
    (b, x) => b.binary('add', x, b.expand(b.reduce('max', x, [0]), [2, 3])),
    ['max', 'add'],
  ],
  [
    'a truth value as a number',
    (b, x, y) => b.cast(b.cast(b.binary('greater', x, y), 'int32'), 'float32'),
    ['greater', 'cast'],
  ],
];

describe('simplifyAlgebra', () => {
  it.each(cases)('simplifies %s', async (_, formula, expected) => {
    const build = new GraphBuilder();
    const x = build.input('x', [2, 3], 'float32');
    const y = build.input('other', [2, 3], 'float32');
    const before = new Map([['result', formula(build, x, y)]]);
    // Once more, because a node that vanishes can leave its operands to be simplified.
    const after = rewrite(rewrite(before, simplifyAlgebra), simplifyAlgebra);
    expect(operationsOf(after)).toEqual(expected);
    const [was, is] = [await runGraph(before), await runGraph(after)];
    expect(is['result']?.shape).toEqual(was['result']?.shape);
    const expectedValues = [...(was['result']?.data ?? [])];
    [...(is['result']?.data ?? [])].forEach((value, i) =>
      expect(value).toBeCloseTo(expectedValues[i] as number, 5),
    );
  });
});
