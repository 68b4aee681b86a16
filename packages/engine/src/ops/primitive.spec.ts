import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { primitive } from './primitive.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const NAME = 'DistillerTestOnly';

describe('primitive', () => {
  afterEach(() => {
    if (tf.getKernel(NAME, 'cpu')) tf.unregisterKernel(NAME, 'cpu');
  });

  it('composes where the backend has no such kernel', () => {
    const y = primitive(NAME, { x: tf.scalar(2) }, {}, () => tf.scalar(7));
    expect(y.dataSync()[0]).toBe(7);
  });

  it('runs the kernel of the backend, with its inputs and attributes', async () => {
    await tf.setBackend('cpu');
    tf.registerKernel({
      kernelName: NAME,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const cpu = backend as {
          readSync(id: object): Float32Array;
          write(values: Float32Array, shape: number[], dtype: 'float32'): object;
        };
        const values = cpu.readSync((inputs['x'] as tf.TensorInfo).dataId);
        const scaled = values.map((value) => value * ((attrs?.['factor'] as number) ?? 0));
        return { dataId: cpu.write(scaled, [2], 'float32'), shape: [2], dtype: 'float32' };
      },
    });
    const y = primitive(NAME, { x: tf.tensor1d([1, 2]) }, { factor: 5 }, () => tf.scalar(7));
    expect([...y.dataSync()]).toEqual([5, 10]);
  });
});
