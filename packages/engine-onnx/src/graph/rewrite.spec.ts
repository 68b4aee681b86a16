import { describe, expect, it } from '@jest/globals';
import { GraphBuilder } from './builder.js';
import { reachable } from './graph.js';
import { rewrite } from './rewrite.js';

describe('rewrite', () => {
  it('drops dead nodes and makes one of equal expressions', () => {
    const build = new GraphBuilder();
    const x = build.input('x', [2], 'float32');
    const y = build.unary('exp', x);
    build.unary('log', y); // leads nowhere
    const later = new GraphBuilder(100);
    const other = later.unary('exp', x); // equal to y, recorded by somebody else
    const outputs = new Map([['z', later.binary('add', y, other)]]);
    expect(reachable(outputs)).toHaveLength(4);
    const copy = rewrite(outputs, () => undefined);
    expect(reachable(copy).map(({ operation }) => operation.op)).toEqual([
      'input',
      'unary',
      'binary',
    ]);
  });

  it('tells constants apart by content, and −0 from 0', () => {
    const build = new GraphBuilder();
    const vector = (...values: number[]) =>
      build.constant({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
    expect(vector(1, 2)).toBe(vector(1, 2));
    expect(vector(1, 2)).not.toBe(vector(1, 3));
    expect(build.fill(0)).not.toBe(build.fill(-0));
    expect(build.fill(Infinity)).not.toBe(build.fill(NaN));
  });

  it('refuses operands that do not fit together', () => {
    const build = new GraphBuilder();
    const a = build.input('a', [2, 3], 'float32');
    const b = build.input('b', [2, 4], 'float32');
    expect(() => build.binary('add', a, b)).toThrow(
      'binary(float32[2, 3], float32[2, 4]): the operands do not fit together. This is a bug in engine-onnx.',
    );
    expect(() => build.matmul(a, b)).toThrow('matmul(float32[2, 3], float32[2, 4])');
  });
});
