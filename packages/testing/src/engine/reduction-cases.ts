import * as tf from '@tensorflow/tfjs';
import { named, sample, type OpCase } from './op-case.js';
import { combine, map, mapRows, reference, transpose } from './reference-array.js';

const sumOf = (row: readonly number[]) => row.reduce((sum, value) => sum + value, 0);

const softmaxOf = (row: readonly number[]) => {
  const powers = row.map((value) => Math.exp(value - Math.max(...row)));
  return powers.map((power) => power / sumOf(powers));
};

const REDUCTIONS = [
  ['sum', tf.sum, sumOf],
  ['mean', tf.mean, (row: readonly number[]) => sumOf(row) / row.length],
  ['max', tf.max, (row: readonly number[]) => Math.max(...row)],
  ['logSumExp', tf.logSumExp, (row: readonly number[]) => Math.log(sumOf(row.map(Math.exp)))],
] as const;

const reductions = REDUCTIONS.flatMap(([name, run, naive]): OpCase[] => {
  const x = sample(name, [2, 3, 4]);
  return [
    {
      name: `${name} over the last axis`,
      params: { x },
      program: (params) => run(named(params, 'x'), -1),
      reference: (params) => {
        const { shape, data } = mapRows(named(params, 'x'), (row) => [naive(row)]);
        return { shape: shape.slice(0, -1), data };
      },
    },
    {
      name: `${name} over the first axis, which it keeps`,
      params: { x },
      program: (params) => run(named(params, 'x'), 0, true),
      reference: (params) =>
        transpose(
          mapRows(transpose(named(params, 'x'), [1, 2, 0]), (row) => [naive(row)]),
          [2, 0, 1],
        ),
    },
    {
      name: `${name} over all axes`,
      params: { x },
      program: (params) => run(named(params, 'x')),
      reference: (params) => reference([], [naive([...named(params, 'x').data])]),
    },
  ];
});

export const reductionCases: readonly OpCase[] = [
  ...reductions,
  {
    name: 'sum over two axes',
    params: { x: sample('two axes', [2, 3, 4]) },
    program: (params) => tf.sum(named(params, 'x'), [0, 2]),
    reference: (params) => {
      const middleFirst = transpose(named(params, 'x'), [1, 0, 2]);
      const sums = mapRows(reference([3, 8], middleFirst.data), (row) => [sumOf(row)]);
      return reference([3], sums.data);
    },
  },
  {
    name: 'softmax',
    params: { x: sample('softmax', [2, 2, 3, 5], -4, 4) },
    program: (params) => tf.softmax(named(params, 'x')),
    reference: (params) => mapRows(named(params, 'x'), softmaxOf),
  },
  {
    name: 'softmax of scores with masked places',
    params: { x: sample('masked', [2, 4]) },
    inputs: {
      mask: { dtype: 'int32', shape: [2, 4], data: Int32Array.of(1, 1, 1, 0, 1, 0, 0, 0) },
    },
    program: (params, inputs) => {
      const absent = tf.sub(1, tf.cast(named(inputs, 'mask'), 'float32'));
      return tf.softmax(tf.add(named(params, 'x'), tf.mul(absent, -1e9)));
    },
    reference: (params) =>
      mapRows(
        combine(
          named(params, 'x'),
          reference([2, 4], [0, 0, 0, -1e9, 0, -1e9, -1e9, -1e9]),
          (x, bias) => x + bias,
        ),
        softmaxOf,
      ),
  },
  {
    name: 'logSoftmax',
    params: { x: sample('logSoftmax', [3, 5], -4, 4) },
    program: (params) => tf.logSoftmax(named(params, 'x')),
    reference: (params) => map(mapRows(named(params, 'x'), softmaxOf), Math.log),
  },
  {
    name: 'logSoftmax of large logits',
    params: { x: sample('large', [3, 5], 80, 120) },
    program: (params) => tf.logSoftmax(named(params, 'x')),
    reference: (params) =>
      mapRows(named(params, 'x'), (row) => {
        const top = Math.max(...row);
        const logSum = top + Math.log(sumOf(row.map((value) => Math.exp(value - top))));
        return row.map((value) => value - logSum);
      }),
  },
  {
    name: 'cosine similarity of rows',
    params: { a: sample('cosine a', [4, 6]), b: sample('cosine b', [4, 6]) },
    program: (params) => {
      const [a, b] = [named(params, 'a'), named(params, 'b')];
      const norms = tf.sqrt(tf.mul(tf.sum(tf.square(a), -1), tf.sum(tf.square(b), -1)));
      return tf.div(tf.sum(tf.mul(a, b), -1), norms);
    },
    reference: (params) => {
      const [a, b] = [named(params, 'a'), named(params, 'b')];
      const total = (x: typeof a) => mapRows(x, (row) => [sumOf(row)]);
      const dot = total(combine(a, b, (x, y) => x * y));
      const norms = combine(
        total(combine(a, a, (x, y) => x * y)),
        total(combine(b, b, (x, y) => x * y)),
        (x, y) => Math.sqrt(x * y),
      );
      return reference([4], combine(dot, norms, (x, y) => x / y).data);
    },
  },
];
