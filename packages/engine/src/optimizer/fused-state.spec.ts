import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Gradient, Gradients, HostTensors, Optimizer, Parameter } from '@distiller/core';
import { adamw } from './adamw.js';
import { sgd } from './sgd.js';

const fround = Math.fround;

const parameter = (shape: readonly number[], data: Float32Array): Parameter => ({
  dtype: 'float32',
  shape,
  data,
});
const dense = (...values: number[]): Gradient => ({
  kind: 'dense',
  values: Float32Array.from(values),
});
/** Equal bit for bit; a Buffer compares fast. */
function expectSameBits(found: Float32Array, expected: Float32Array): void {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  if (bytes(found).equals(bytes(expected))) return;
  const at = found.findIndex((value, i) => !Object.is(value, expected[i]));
  expect([at, found[at]]).toEqual([at, expected[at]]);
}

/** Numbers that look random: a chaotic map. */
function noise(length: number, seed: number): Float32Array {
  let x = 0.1 + (seed % 89) / 100;
  return Float32Array.from({ length }, () => (x = 3.99 * x * (1 - x)) - 0.5);
}

/** The rule of `adamw` for one parameter, one element at a time, every operation rounded to float32. */
class PlainAdamw {
  #step = 0;
  readonly #m: Float32Array;
  readonly #v: Float32Array;

  constructor(
    readonly p: Float32Array,
    readonly decay: number,
    readonly limit = Infinity,
  ) {
    this.#m = new Float32Array(p.length);
    this.#v = new Float32Array(p.length);
  }

  update(gradients: readonly Float32Array[], learningRate: number, gradientScale: number): number {
    const g = new Float32Array(this.p.length);
    for (const gradient of gradients) gradient.forEach((value, i) => (g[i] = (g[i] ?? 0) + value));
    const squares = [0, 0, 0, 0];
    g.forEach((value, i) => (squares[i % 4] = (squares[i % 4] ?? 0) + value * value));
    const norm = gradientScale * Math.sqrt(squares.reduce((sum, value) => sum + value, 0));

    this.#step++;
    const root = Math.sqrt(1 - 0.999 ** this.#step);
    const step = fround((learningRate * root) / (1 - 0.9 ** this.#step));
    const keep = fround(1 - learningRate * this.decay);
    const scale = fround(gradientScale * Math.min(1, this.limit / (norm + 1e-6)));
    const epsilon = fround(1e-8 * root);
    for (let i = 0; i < g.length; i++) {
      const scaled = fround(scale * (g[i] as number));
      const [m0, v0] = [this.#m[i] as number, this.#v[i] as number];
      const m = fround(m0 + fround(fround(scaled - m0) * fround(1 - 0.9)));
      const v = fround(
        fround(v0 * fround(0.999)) + fround(fround(fround(1 - 0.999) * scaled) * scaled),
      );
      this.#m[i] = Math.abs(m) < 2 ** -108 ? 0 : m;
      this.#v[i] = v < 2 ** -108 ? 0 : v;
      const denominator = fround(fround(Math.sqrt(this.#v[i] as number)) + epsilon);
      this.p[i] = fround(
        fround((this.p[i] as number) * keep) -
          fround(fround(step * (this.#m[i] as number)) / denominator),
      );
    }
    return norm;
  }
}

describe('a fused update', () => {
  it('gives the bits of the rule written out, for every size and number of micro-batches', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 4090, max: 8200 })),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.constantFrom(undefined, 0.7),
        (size, microBatches, inPlace, limit) => {
          const start = noise(size, 1);
          const plain = new PlainAdamw(start.slice(), 0.1, limit);
          const state = adamw({ weightDecay: 0.1, maxGradientNorm: limit }).start({
            w: parameter([size], start),
          });
          const place = (values: Float32Array) => {
            const array = inPlace ? state.allocate?.(size) : undefined;
            array?.set(values);
            return array ?? values;
          };
          const w = parameter([size], place(start.slice()));
          for (let step = 0; step < 3; step++) {
            const parts = Array.from({ length: microBatches }, (_, k) => noise(size, 7 * step + k));
            const gradients = parts.map((values): Gradients => ({
              w: { kind: 'dense', values: place(values) },
            }));
            const found = state.update({ w }, gradients, {
              learningRate: 0.01,
              gradientScale: 0.5,
            });
            expect(found).toBe(plain.update(parts, 0.01, 0.5));
          }
          expectSameBits(w.data, plain.p);
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  const optimizers: [string, Optimizer][] = [
    ['adamw with decay', adamw({ weightDecay: 0.1, maxGradientNorm: 1 })],
    ['adamw without decay', adamw({ weightDecay: 0 })],
    ['sgd', sgd()],
    ['sgd with momentum', sgd({ momentum: 0.9, nesterov: true })],
    ['sgd with decay', sgd({ momentum: 0.9, weightDecay: 0.1 })],
  ];

  it.each(optimizers)('of looked-up rows gives the bits of the dense one: %s', (_, optimizer) => {
    // 5 does not divide into vectors of 4: the dense path must be taken by itself.
    const widths = fc.constantFrom(4, 5, 8, 1024);
    const tables = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(widths, tables, fc.gen(), (width, tableRows, gen) => {
        const size = tableRows * width;
        const lookups = fc.array(fc.nat(tableRows - 1), { maxLength: 10 });
        const start = noise(size, width);
        const byRows = { w: parameter([tableRows, width], start.slice()) };
        const byTable = { w: parameter([tableRows, width], start.slice()) };
        const [sparse, full] = [optimizer.start(byRows), optimizer.start(byTable)];
        for (let step = 0; step < 4; step++) {
          const rows = [gen(() => lookups), gen(() => lookups)].map((rows) =>
            Int32Array.from(rows),
          );
          const parts = rows.map((rows, k) => ({
            rows,
            values: noise(rows.length * width, step + k),
          }));
          // In the order of occurrence over both micro-batches.
          const sum = new Float32Array(size);
          for (const { rows, values } of parts) {
            values.forEach((value, i) => {
              const at = (rows[Math.floor(i / width)] as number) * width + (i % width);
              sum[at] = (sum[at] as number) + value;
            });
          }
          const options = { learningRate: 0.01, gradientScale: 0.5 };
          const gradients = parts.map((part): Gradients => ({
            w: { kind: 'rows', width, ...part },
          }));
          const norm = sparse.update(byRows, gradients, options);
          expect(norm).toBe(full.update(byTable, [{ w: { kind: 'dense', values: sum } }], options));
          // Once with what a resumed run knows about touched rows.
          if (step === 1) sparse.restore(sparse.snapshot());
        }
        expectSameBits(byRows.w.data, byTable.w.data);
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  it('adds up rows and dense gradients of different micro-batches', () => {
    const w = parameter([2, 4], new Float32Array(8));
    const rows: Gradient = {
      kind: 'rows',
      rows: Int32Array.of(1, 1),
      values: Float32Array.from({ length: 8 }, (_, i) => i),
      width: 4,
    };
    const options = { learningRate: 1, gradientScale: 1 };
    sgd()
      .start({ w })
      .update({ w }, [{ w: dense(1, 1, 1, 1, 1, 1, 1, 1) }, { w: rows }], options);
    expect([...w.data]).toEqual([-1, -1, -1, -1, -5, -7, -9, -11]);
  });

  it('takes a missing gradient for zero', () => {
    const w = parameter([2], Float32Array.of(1, 2));
    const options = { learningRate: 0.5, gradientScale: 1 };
    expect(adamw({ weightDecay: 1 }).start({ w }).update({ w }, [{}], options)).toBe(0);
    expect([...w.data]).toEqual([0.5, 1]);
  });

  it('continues from a snapshot with the same bits, whatever the order of the weights', () => {
    const names = ['a', 'b', 'c'];
    const create = (order: readonly string[]) =>
      Object.fromEntries(order.map((name, i) => [name, parameter([6], noise(6, i))]));
    const gradients = (step: number): Gradients =>
      Object.fromEntries(
        names.map((name, i) => [name, { kind: 'dense', values: noise(6, 10 * step + i) }]),
      );
    const optimizer = adamw({ maxGradientNorm: 0.5 });
    const whole = create(names);
    const first = optimizer.start(whole);
    const run = (state: typeof first, weights: typeof whole, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        state.update(weights, [gradients(step)], { learningRate: 0.01, gradientScale: 1 });
      }
    };
    run(first, whole, 0, 3);
    const saved = structuredClone({ state: first.snapshot(), whole });
    run(first, whole, 3, 6);

    const resumed = Object.fromEntries(
      [...names].reverse().map((name) => [name, saved.whole[name] as Parameter]),
    );
    const second = optimizer.start(resumed);
    second.restore(saved.state);
    run(second, resumed, 3, 6);
    for (const name of names) {
      expectSameBits((resumed[name] as Parameter).data, (whole[name] as Parameter).data);
    }
    expect(second.snapshot()).toEqual(first.snapshot());
  });

  it('lets moments die out instead of keeping subnormal numbers', () => {
    const w = parameter([4], new Float32Array(4));
    const state = adamw().start({ w });
    const options = { learningRate: 1e-3, gradientScale: 1 };
    state.update({ w }, [{ w: dense(1, -1, 1e-3, 0) }], options);
    for (let step = 0; step < 760; step++) state.update({ w }, [{ w: dense(0, 0, 0, 0) }], options);
    expect([...(state.snapshot()['moment1/w']?.data ?? [])]).toEqual([0, 0, 0, 0]);
  });

  it.each<[string, Gradient]>([
    ['dense', dense(1, 2, NaN, 4, 5, 6, 7, 8)],
    ['infinite', dense(1, 2, 3, 4, 5, 6, 7, -Infinity)],
    [
      'rows',
      { kind: 'rows', rows: Int32Array.of(1), values: Float32Array.of(0, NaN, 0, 0), width: 4 },
    ],
  ])('changes nothing when a gradient is not finite: %s', (_, bad) => {
    const a = parameter([2], Float32Array.of(1, 2));
    const w = parameter([2, 4], noise(8, 1));
    const [before, optimizer] = [w.data.slice(), sgd()];
    const state = optimizer.start({ a, w });
    const options = { learningRate: 1, gradientScale: 1 };
    expect(() => state.update({ a, w }, [{ a: dense(1, 1), w: bad }], options)).toThrow(
      'sgd: the gradient of "w" is not finite, so nothing was updated. Lower the learning rate, clip the gradient, or check the data.',
    );
    expect([...a.data]).toEqual([1, 2]);
    expectSameBits(w.data, before);
    // What it saw must not leak into the next step.
    state.update({ a, w }, [{ a: dense(0, 1), w: dense(...new Array(8).fill(0)) }], options);
    expect([...a.data]).toEqual([1, 1]);
    expectSameBits(w.data, before);
  });

  it.each<[string, Gradients, string]>([
    ['a dense gradient of another size', { w: dense(1) }, 'has 1 values but the parameter has 8'],
    [
      'rows of another width',
      { w: { kind: 'rows', rows: Int32Array.of(0), values: new Float32Array(3), width: 3 } },
      "has rows of 3 values, which do not divide the parameter's 8",
    ],
    [
      'too few row values',
      { w: { kind: 'rows', rows: Int32Array.of(0, 1), values: new Float32Array(4), width: 4 } },
      'has 4 values for 2 rows of 4',
    ],
    [
      'a row outside the table',
      { w: { kind: 'rows', rows: Int32Array.of(2), values: new Float32Array(4), width: 4 } },
      'has a row 2 but the parameter has rows 0 to 1',
    ],
    ['an unknown name', { x: dense(1) }, 'a gradient is called "x", which is no parameter'],
  ])('refuses %s', (_, gradients, message) => {
    const w = parameter([2, 4], new Float32Array(8));
    const state = adamw().start({ w });
    const options = { learningRate: 1, gradientScale: 1 };
    expect(() => state.update({ w }, [gradients], options)).toThrow(message);
  });

  it.each<[string, (state: Record<string, HostTensors[string]>) => void, string]>([
    [
      'a missing moment',
      (state) => delete state['moment2/w'],
      '"moment2/w" is missing but must be float32 [2]',
    ],
    [
      'another shape',
      (state) => (state['moment1/w'] = parameter([3], new Float32Array(3))),
      '"moment1/w" is float32 [3] but must be float32 [2]',
    ],
    ['a missing step', (state) => delete state['step'], '"step" is missing but must be int32 [1]'],
    [
      'an unknown array',
      (state) => (state['moment1/x'] = parameter([1], new Float32Array(1))),
      '"moment1/x" belongs to none of its parameters',
    ],
  ])('refuses to restore %s', (_, damage, message) => {
    const w = parameter([2], new Float32Array(2));
    const state = adamw().start({ w });
    const saved = { ...state.snapshot() };
    damage(saved);
    expect(() => state.restore(saved)).toThrow(
      `adamw: the saved optimizer state does not fit the model: ${message}. Resume with the recipe that wrote it.`,
    );
  });
});

describe('parameter groups', () => {
  const names = ['layer.weight', 'layer.bias', 'output.LayerNorm.weight', 'bias_table.weight'];
  /** How much of 1 a step at rate 1 without a gradient leaves. */
  function kept(optimizer: Optimizer): number[] {
    const weights = Object.fromEntries(
      names.map((name) => [name, parameter([1], Float32Array.of(1))]),
    );
    optimizer.start(weights).update(weights, [{}], { learningRate: 1, gradientScale: 1 });
    return names.map((name) => weights[name]?.data[0] ?? NaN);
  }

  it('decay neither biases nor layer norms by default', () => {
    expect(kept(adamw({ weightDecay: 0.25 }))).toEqual([0.75, 1, 1, 0.75]);
  });

  it('are decided by the first match', () => {
    const groups = [
      { match: '^layer', weightDecay: 0.5 },
      { match: (name: string) => name.endsWith('weight'), learningRateScale: 2 },
    ];
    expect(kept(adamw({ weightDecay: 0.25, groups }))).toEqual([0.5, 0.5, 1, 0.5]);
  });

  it('refuse what is no regular expression', () => {
    expect(() => adamw({ groups: [{ match: '(' }] }).start({})).toThrow(
      'optimizer group: match is "(", which is not a regular expression.',
    );
  });
});

describe('options out of range', () => {
  it.each([
    [
      () => adamw({ beta1: 1 }),
      'adamw: beta1 is 1 and beta2 is 0.999; both must be at least 0 and less than 1.',
    ],
    [() => adamw({ epsilon: 0 }), 'adamw: epsilon is 0 but must be positive.'],
    [() => sgd({ momentum: 1 }), 'sgd: momentum is 1 but must be at least 0 and less than 1.'],
    [() => sgd({ nesterov: true }), 'sgd: nesterov needs a momentum above 0, for example 0.9.'],
  ])('are refused', (create, message) => {
    expect(create).toThrow(message);
  });
});
