import * as tf from '@tensorflow/tfjs';
import { named, sample, type OpCase } from './op-case.js';
import { matMul, transpose, type ReferenceArray } from './reference-array.js';

const FLAGS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** Leading axes, then rows, inner and columns of the product. */
const SIZES = [
  { batch: [], rows: 3, inner: 5, columns: 4 },
  { batch: [2], rows: 3, inner: 2, columns: 4 },
  { batch: [2, 2], rows: 3, inner: 2, columns: 3 },
];

function flipped(x: ReferenceArray): ReferenceArray {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

export const productCases: readonly OpCase[] = SIZES.flatMap(({ batch, rows, inner, columns }) =>
  FLAGS.map(([transposeA, transposeB]): OpCase => {
    const a = sample('left', [...batch, ...(transposeA ? [inner, rows] : [rows, inner])]);
    const b = sample('right', [...batch, ...(transposeB ? [columns, inner] : [inner, columns])]);
    const mark = (x: ReferenceArray, isFlipped: boolean) =>
      `[${x.shape.join(', ')}]${isFlipped ? 'ᵀ' : ''}`;
    return {
      name: `matMul of ${mark(a, transposeA)} and ${mark(b, transposeB)}`,
      params: { a, b },
      program: (p) => tf.matMul(named(p, 'a'), named(p, 'b'), transposeA, transposeB),
      reference: (p) =>
        matMul(
          transposeA ? flipped(named(p, 'a')) : named(p, 'a'),
          transposeB ? flipped(named(p, 'b')) : named(p, 'b'),
        ),
    };
  }),
);
