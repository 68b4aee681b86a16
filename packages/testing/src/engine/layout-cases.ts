import * as tf from '@tensorflow/tfjs';
import { named, sample, type OpCase } from './op-case.js';
import { build, combine, map, reference, transpose, valueAt } from './reference-array.js';

const x = sample('layout', [2, 3, 4]);
const params = { x };
const entry = (source: typeof x, at: readonly number[]) => valueAt(source, at);

export const layoutCases: readonly OpCase[] = [
  {
    name: 'reshape',
    params,
    program: (p) => tf.reshape(named(p, 'x'), [4, -1]),
    reference: (p) => reference([4, 6], named(p, 'x').data),
  },
  {
    name: 'expandDims and squeeze',
    params,
    program: (p) => tf.squeeze(tf.expandDims(tf.expandDims(named(p, 'x'), 1), -1), [1]),
    reference: (p) => reference([2, 3, 4, 1], named(p, 'x').data),
  },
  {
    name: 'transpose',
    params,
    program: (p) => tf.transpose(named(p, 'x'), [2, 0, 1]),
    reference: (p) => transpose(named(p, 'x'), [2, 0, 1]),
  },
  {
    name: 'splitting a width into heads',
    params: { x: sample('heads', [2, 3, 8]) },
    program: (p) => tf.transpose(tf.reshape(named(p, 'x'), [2, 3, 2, 4]), [0, 2, 1, 3]),
    reference: (p) => transpose(reference([2, 3, 2, 4], named(p, 'x').data), [0, 2, 1, 3]),
  },
  {
    name: 'slice',
    params,
    program: (p) => tf.slice(named(p, 'x'), [0, 1, 2], [2, 2, 1]),
    reference: (p) =>
      build([2, 2, 1], ([i = 0, j = 0, k = 0]) => entry(named(p, 'x'), [i, j + 1, k + 2])),
  },
  {
    name: 'the first token of each text',
    params,
    program: (p) => tf.squeeze(tf.slice(named(p, 'x'), [0, 0, 0], [-1, 1, -1]), [1]),
    reference: (p) => build([2, 4], ([i = 0, k = 0]) => entry(named(p, 'x'), [i, 0, k])),
  },
  {
    name: 'concat',
    params: { a: sample('concat a', [2, 3]), b: sample('concat b', [2, 2]) },
    program: (p) => tf.concat([named(p, 'a'), named(p, 'b')], 1),
    reference: (p) =>
      build([2, 5], ([i = 0, j = 0]) =>
        j < 3 ? entry(named(p, 'a'), [i, j]) : entry(named(p, 'b'), [i, j - 3]),
      ),
  },
  {
    name: 'stack',
    params: { a: sample('stack a', [2, 3]), b: sample('stack b', [2, 3]) },
    program: (p) => tf.stack([named(p, 'a'), named(p, 'b')], 1),
    reference: (p) =>
      build([2, 2, 3], ([i = 0, which, j = 0]) => entry(named(p, which === 0 ? 'a' : 'b'), [i, j])),
  },
  {
    name: 'addN',
    params: { a: sample('addN a', [2, 3]), b: sample('addN b', [2, 3]) },
    program: (p) => tf.addN([named(p, 'a'), named(p, 'b'), named(p, 'a')]),
    reference: (p) => combine(named(p, 'a'), named(p, 'b'), (a, b) => 2 * a + b),
  },
  {
    name: 'pad',
    params: { x: sample('pad', [2, 3]) },
    program: (p) =>
      tf.pad(named(p, 'x'), [
        [1, 0],
        [0, 2],
      ]),
    reference: (p) =>
      build([3, 5], ([i = 0, j = 0]) => (i > 0 && j < 3 ? entry(named(p, 'x'), [i - 1, j]) : 0)),
  },
  {
    name: 'tile',
    params: { x: sample('tile', [2, 3]) },
    program: (p) => tf.tile(named(p, 'x'), [1, 2]),
    reference: (p) => build([2, 6], ([i = 0, j = 0]) => entry(named(p, 'x'), [i, j % 3])),
  },
  {
    name: 'gather along an inner axis',
    params,
    inputs: { at: { dtype: 'int32', shape: [3], data: Int32Array.of(2, 0, 2) } },
    program: (p, inputs) => tf.gather(named(p, 'x'), named(inputs, 'at') as tf.Tensor1D, 1),
    reference: (p) =>
      build([2, 3, 4], ([i = 0, j = 0, k = 0]) =>
        entry(named(p, 'x'), [i, [2, 0, 2][j] as number, k]),
      ),
  },
  {
    name: 'where with a comparison',
    params: { a: sample('where a', [3, 4]), b: sample('where b', [3, 4]) },
    program: (p) => tf.where(tf.greater(named(p, 'a'), 0), tf.square(named(p, 'a')), named(p, 'b')),
    reference: (p) => combine(named(p, 'a'), named(p, 'b'), (a, b) => (a > 0 ? a * a : b)),
  },
  {
    name: 'picking labels by oneHot',
    params: { x: sample('labels', [3, 4]) },
    inputs: { labels: { dtype: 'int32', shape: [3], data: Int32Array.of(3, 0, 1) } },
    program: (p, inputs) =>
      tf.sum(tf.mul(named(p, 'x'), tf.cast(tf.oneHot(named(inputs, 'labels'), 4), 'float32')), -1),
    reference: (p) => build([3], ([i = 0]) => entry(named(p, 'x'), [i, [3, 0, 1][i] as number])),
  },
  {
    name: 'comparisons as factors',
    params: { x: sample('factors', [8]) },
    program: (p) => {
      const value = named(p, 'x');
      const inside = tf.logicalAnd(tf.greaterEqual(value, -1), tf.less(value, 1));
      return tf.mul(value, tf.cast(inside, 'float32'));
    },
    reference: (p) => map(named(p, 'x'), (value) => (value >= -1 && value < 1 ? value : 0)),
  },
  {
    name: 'zeros, ones and fill beside parameters',
    params: { x: sample('fill', [3]) },
    program: (p) =>
      tf.mul(tf.add(named(p, 'x'), tf.ones([2, 3])), tf.add(tf.fill([3], 0.5), tf.zeros([3]))),
    reference: (p) => build([2, 3], ([, j = 0]) => (entry(named(p, 'x'), [j]) + 1) * 0.5),
  },
];
