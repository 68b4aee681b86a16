import * as tf from '@tensorflow/tfjs';
import { named, sample, type OpCase } from './op-case.js';
import { combine, map } from './reference-array.js';

/**
 * erf(x) = 2/√π · Σₙ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), which converges everywhere and keeps 12 digits for |x| < 3.
 * @see Abramowitz, Stegun, "Handbook of Mathematical Functions", 7.1.5
 */
export function erf(x: number): number {
  let sum = 0;
  let power = x; // x²ⁿ⁺¹ / n!, with its sign
  for (let n = 0; n < 60; n++) {
    sum += power / (2 * n + 1);
    power *= (-x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

type Unary = readonly [
  name: string,
  run: (x: tf.Tensor) => tf.Tensor,
  naive: (x: number) => number,
  low?: number,
  high?: number,
];

const UNARY: readonly Unary[] = [
  ['neg', tf.neg, (x) => -x],
  ['abs', tf.abs, Math.abs],
  ['exp', tf.exp, Math.exp],
  ['log', tf.log, Math.log, 0.1, 3],
  ['sqrt', tf.sqrt, Math.sqrt, 0.1, 3],
  ['rsqrt', tf.rsqrt, (x) => 1 / Math.sqrt(x), 0.1, 3],
  ['square', tf.square, (x) => x * x],
  ['tanh', tf.tanh, Math.tanh],
  ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ['softplus', tf.softplus, (x) => Math.log1p(Math.exp(x))],
  ['erf', tf.erf, erf],
  ['relu', tf.relu, (x) => Math.max(x, 0)],
];

type Binary = readonly [
  name: string,
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  naive: (a: number, b: number) => number,
  low?: number,
];

const BINARY: readonly Binary[] = [
  ['add', tf.add, (a, b) => a + b],
  ['sub', tf.sub, (a, b) => a - b],
  ['mul', tf.mul, (a, b) => a * b],
  ['div', tf.div, (a, b) => a / b, 0.3],
  ['maximum', tf.maximum, Math.max],
  ['minimum', tf.minimum, Math.min],
  ['squaredDifference', tf.squaredDifference, (a, b) => (a - b) ** 2],
];

/** tfjs does not sum the gradients of these over the axes that it stretched. */
const EQUAL_SHAPES_ONLY = ['maximum', 'minimum', 'squaredDifference'];

/** Shapes of the operands: equal, a row, a column, two that stretch each other. */
const SHAPES = [
  [
    [3, 4],
    [3, 4],
  ],
  [[2, 3, 4], [4]],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [3, 1],
    [1, 4],
  ],
] as const;

const unary = UNARY.map(([name, run, naive, low, high]): OpCase => ({
  name,
  params: { x: sample(name, [3, 5], low, high) },
  program: (params) => run(named(params, 'x')),
  reference: (params) => map(named(params, 'x'), naive),
}));

const binary = BINARY.flatMap(([name, run, naive, low]) =>
  SHAPES.slice(0, EQUAL_SHAPES_ONLY.includes(name) ? 1 : undefined).map(([a, b]): OpCase => ({
    name: `${name} of [${a.join(', ')}] and [${b.join(', ')}]`,
    params: { a: sample('a', a, low), b: sample('b', b, low) },
    program: (params) => run(named(params, 'a'), named(params, 'b')),
    reference: (params) => combine(named(params, 'a'), named(params, 'b'), naive),
  })),
);

export const elementwiseCases: readonly OpCase[] = [
  ...unary,
  ...binary,
  {
    name: 'pow with a constant exponent',
    params: { x: sample('pow', [6], 0.2, 2) },
    program: (params) => tf.pow(named(params, 'x'), 3),
    reference: (params) => map(named(params, 'x'), (x) => x ** 3),
  },
  {
    name: 'arithmetic with constants on either side',
    params: { x: sample('constants', [4, 3], 0.5, 2) },
    program: (params) =>
      tf.add(tf.div(2, named(params, 'x')), tf.sub(1, tf.mul(named(params, 'x'), 3))),
    reference: (params) => map(named(params, 'x'), (x) => 2 / x + 1 - 3 * x),
  },
  {
    name: 'clamping by maximum with a constant',
    params: { x: sample('clamp', [2, 3]) },
    program: (params) => tf.maximum(named(params, 'x'), 0.25),
    reference: (params) => map(named(params, 'x'), (x) => Math.max(x, 0.25)),
  },
  {
    name: 'a parameter used twice',
    params: { x: sample('twice', [5]) },
    program: (params) => tf.mul(named(params, 'x'), tf.exp(named(params, 'x'))),
    reference: (params) => map(named(params, 'x'), (x) => x * Math.exp(x)),
  },
];
