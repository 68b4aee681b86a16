import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { createEagerEngine } from './create-eager-engine.js';

/** Leading axes of a and b, rows, inner, columns: below and above the size where the fast path begins. */
const SIZES = [
  [[], [], 3, 4, 5],
  [[], [], 40, 33, 37],
  [[2, 3], [2, 3], 3, 4, 5],
  [[2, 3], [2, 3], 40, 33, 37],
  [[3], [1], 40, 33, 37],
] as const;

const FLAGS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

describe('BatchMatMul on wasm', () => {
  beforeAll(async () => {
    await createEagerEngine({ backend: 'wasm' });
    await createEagerEngine({ backend: 'cpu' });
  });

  describe.each(SIZES)('of %j and %j, %d × %d × %d', (batchA, batchB, rows, inner, columns) => {
    it.each(FLAGS)('transposed %j and %j agrees with cpu and frees its memory', async (tA, tB) => {
      const shapeA = [...batchA, ...(tA ? [inner, rows] : [rows, inner])];
      const shapeB = [...batchB, ...(tB ? [columns, inner] : [inner, columns])];
      const a = tf.randomUniform(shapeA, -1, 1, 'float32', 3).dataSync();
      const b = tf.randomUniform(shapeB, -1, 1, 'float32', 4).dataSync();
      const product = async (backend: string) => {
        await tf.setBackend(backend);
        const [left, right] = [tf.tensor(a, shapeA), tf.tensor(b, shapeB)];
        const data = tf.engine().backend.numDataIds();
        const { shape, values } = tf.tidy(() => {
          const y = tf.matMul(left, right, tA, tB);
          return { shape: y.shape, values: y.dataSync() };
        });
        expect(tf.engine().backend.numDataIds()).toBe(data);
        tf.dispose([left, right]);
        return { shape, values };
      };
      const [wasm, cpu] = [await product('wasm'), await product('cpu')];
      expect(wasm.shape).toEqual(cpu.shape);
      // 33 products of numbers below 1, added in another order: a few units in the seventh place
      const errors = wasm.values.map((value, i) => Math.abs(value - (cpu.values[i] as number)));
      expect(Math.max(...errors)).toBeLessThan(5e-6);
    });
  });
});
