import { describe, expect, it } from '@jest/globals';
import type { Engine } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { agreement } from './agreement.js';
import { tinyClassifier } from './tiny-classifier.js';

describe('agreement', () => {
  it('finds the cpu and the wasm backend of one mind about a step of distillation', async () => {
    const [cpu, wasm] = [
      await createEagerEngine({ backend: 'cpu' }),
      await createEagerEngine({ backend: 'wasm' }),
    ];
    const { worst, gradients } = await agreement(wasm, cpu, 1e-5);
    expect(worst).toBeGreaterThan(0); // two engines, not one twice
    expect(Object.keys(gradients)).toEqual(Object.keys(tinyClassifier().weights));
  });

  it('names the parameter in which engines differ', async () => {
    const sound = await createEagerEngine({ backend: 'cpu' });
    const off: Engine = {
      ...sound,
      name: 'tfjs/off',
      training: async (program, weights, optimizer) => {
        const training = await sound.training(program, weights, optimizer);
        const gradients = training.gradients.bind(training);
        training.gradients = async (inputs, at) => {
          const result = await gradients(inputs, at);
          const bias = result.gradients['1.up.bias']?.data as Float32Array;
          bias[0] = (bias[0] as number) + 0.01;
          return result;
        };
        return training;
      },
    };
    await expect(agreement(off, sound, 1e-5)).rejects.toThrow(
      /^tfjs\/off and tfjs\/cpu differ by 0\.\d+ of 1\.up\.bias's size, more than 0\.00001\.$/,
    );
  });
});
