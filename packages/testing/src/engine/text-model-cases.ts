import { detach, embedding, gelu, layerNorm, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { erf } from './elementwise-cases.js';
import { named, sample, type OpCase } from './op-case.js';
import {
  build,
  combine,
  map,
  mapRows,
  matMul,
  reference,
  transpose,
  valueAt,
} from './reference-array.js';

const IDS = [4, 1, 1, 0, 1, 4];

/** The ops that `@distiller/engine` adds to those of tfjs. */
export const textModelCases: readonly OpCase[] = [
  {
    name: 'linear with bias',
    params: {
      x: sample('linear x', [2, 3, 4]),
      weight: sample('linear weight', [5, 4]),
      bias: sample('linear bias', [5]),
    },
    program: (p) => linear(named(p, 'x'), named(p, 'weight'), named(p, 'bias')),
    reference: (p) => {
      const rows = reference([6, 4], named(p, 'x').data);
      const product = matMul(rows, transpose(named(p, 'weight'), [1, 0]));
      return reference([2, 3, 5], combine(product, named(p, 'bias'), (a, b) => a + b).data);
    },
  },
  {
    name: 'linear without bias',
    params: { x: sample('plain x', [3, 4]), weight: sample('plain weight', [2, 4]) },
    program: (p) => linear(named(p, 'x'), named(p, 'weight')),
    reference: (p) => matMul(named(p, 'x'), transpose(named(p, 'weight'), [1, 0])),
  },
  {
    name: 'gelu',
    params: { x: sample('gelu', [4, 5], -4, 4) },
    program: (p) => gelu(named(p, 'x')),
    reference: (p) => map(named(p, 'x'), (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2))),
  },
  {
    name: 'layerNorm',
    params: {
      x: sample('norm x', [2, 3, 6], -1, 3),
      gamma: sample('gamma', [6], 0.5, 2),
      beta: sample('beta', [6]),
    },
    program: (p) => layerNorm(named(p, 'x'), named(p, 'gamma'), named(p, 'beta'), 1e-5),
    reference: (p) => {
      const normal = mapRows(named(p, 'x'), (row) => {
        const mean = row.reduce((sum, value) => sum + value / row.length, 0);
        const variance = row.reduce((sum, value) => sum + (value - mean) ** 2 / row.length, 0);
        return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
      });
      const scaled = combine(normal, named(p, 'gamma'), (a, b) => a * b);
      return combine(scaled, named(p, 'beta'), (a, b) => a + b);
    },
  },
  {
    name: 'embedding, with rows that repeat and rows that nobody reads',
    params: { table: sample('table', [6, 3]) },
    inputs: { ids: { dtype: 'int32', shape: [2, 3], data: Int32Array.from(IDS) } },
    program: (p, inputs) => embedding(named(p, 'table') as tf.Tensor2D, named(inputs, 'ids')),
    reference: (p) =>
      build([2, 3, 3], ([i = 0, j = 0, k = 0]) =>
        valueAt(named(p, 'table'), [IDS[3 * i + j] as number, k]),
      ),
  },
  {
    name: 'an embedding table that is also the output layer',
    params: { table: sample('tied', [6, 3]) },
    inputs: { ids: { dtype: 'int32', shape: [2], data: Int32Array.of(5, 2) } },
    program: (p, inputs) => {
      const table = named(p, 'table') as tf.Tensor2D;
      return linear(embedding(table, named(inputs, 'ids')), table);
    },
    reference: (p) => {
      const table = named(p, 'table');
      const read = build([2, 3], ([i = 0, k = 0]) => valueAt(table, [[5, 2][i] as number, k]));
      return matMul(read, transpose(table, [1, 0]));
    },
  },
  {
    // d/dx of x · detach(x) is the detached value, as if it were the constant that the reference holds.
    name: 'detach',
    params: { x: sample('detach', [4]) },
    program: (p) => {
      const x = named(p, 'x');
      return linear(tf.reshape(x, [1, 4]), tf.reshape(detach(x), [1, 4]));
    },
    reference: (p) =>
      matMul(reference([1, 4], named(p, 'x').data), reference([4, 1], sample('detach', [4]).data)),
  },
];
