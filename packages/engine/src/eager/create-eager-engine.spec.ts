import { describe, expect, it } from '@jest/globals';
import { DistillerError, type Program } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { createEagerEngine } from './create-eager-engine.js';

const program: Program = (params, inputs) => ({
  loss: tf.sum(tf.mul(params['w'] as tf.Tensor, inputs['x'] as tf.Tensor)),
  outputs: {},
});
const weights = { w: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } } as const;

// Its conduct is checked by engineChecks, in the testing package, which this one can't depend on.
describe('createEagerEngine', () => {
  it('leaves the backend of the process alone', async () => {
    await tf.setBackend('cpu');
    const engine = await createEagerEngine({ backend: 'wasm' });
    expect(engine.name).toBe('tfjs/wasm');
    expect(tf.getBackend()).toBe('cpu');
    const inference = await engine.inference(program, weights);
    const x = { dtype: 'float32', shape: [2], data: Float32Array.of(10, 100) } as const;
    expect((await inference.run({ x }))['loss']?.data[0]).toBe(210);
    expect(tf.getBackend()).toBe('cpu');
    await inference.dispose();
  });

  it('puts the backend back when a program throws', async () => {
    await tf.setBackend('cpu');
    const engine = await createEagerEngine({ backend: 'wasm' });
    const inference = await engine.inference(() => {
      throw new DistillerError('config', 'no');
    }, weights);
    await expect(inference.run({})).rejects.toThrow('program on tfjs/wasm: no');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('refuses a backend that tfjs does not have', async () => {
    await expect(createEagerEngine({ backend: 'abacus' })).rejects.toThrow(
      /^tfjs has no backend "abacus"\. Registered: .*cpu.*, and wasm on demand\.$/,
    );
  });

  it('refuses an input whose values do not fill its shape', async () => {
    const engine = await createEagerEngine({ backend: 'cpu' });
    const inference = await engine.inference(program, weights);
    const x = { dtype: 'float32', shape: [2], data: Float32Array.of(1) } as const;
    await expect(inference.run({ x })).rejects.toThrow(
      '"x" is [2], that is 2 values, but holds 1.',
    );
  });
});
