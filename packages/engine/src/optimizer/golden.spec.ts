import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Optimizer, Parameter } from '@distiller/core';
import { adamw } from './adamw.js';
import { sgd } from './sgd.js';

type Arrays = Record<string, number[]>;
interface Golden {
  shapes: Record<string, number[]>;
  cases: Record<
    string,
    {
      decay: number;
      maxNorm: number;
      initial: Arrays;
      steps: { learningRate: number; gradients: Arrays; norm: number }[];
      final: Arrays;
    }
  >;
}

// Ten steps of torch.optim, written by tools/golden/optimizer.py.
const { shapes, cases } = JSON.parse(
  readFileSync(new URL('../../../../tools/golden/optimizer.json', import.meta.url), 'utf8'),
) as Golden;

const groups = [{ match: '^head\\.', learningRateScale: 10, weightDecay: 0.3 }];
const optimizers: Record<string, (decay: number, maxGradientNorm: number) => Optimizer> = {
  adamw: (weightDecay, maxGradientNorm) =>
    adamw({ beta2: 0.98, epsilon: 1e-6, weightDecay, maxGradientNorm, groups }),
  nesterov: (weightDecay, maxGradientNorm) =>
    sgd({ momentum: 0.9, nesterov: true, weightDecay, maxGradientNorm, groups }),
  momentum: (weightDecay, maxGradientNorm) =>
    sgd({ momentum: 0.8, weightDecay, maxGradientNorm, groups }),
  plain: (weightDecay, maxGradientNorm) => sgd({ weightDecay, maxGradientNorm, groups }),
};

describe.each(Object.entries(cases))('%s', (name, { decay, maxNorm, initial, steps, final }) => {
  it('follows torch with groups, clipping and a falling learning rate', () => {
    const weights = Object.fromEntries(
      Object.entries(initial).map(([name, values]): [string, Parameter] => [
        name,
        { dtype: 'float32', shape: shapes[name] ?? [], data: Float32Array.from(values) },
      ]),
    );
    const state = optimizers[name]?.(decay, maxNorm).start(weights);
    for (const { learningRate, gradients, norm } of steps) {
      const given = Object.fromEntries(
        Object.entries(gradients).map(([name, values]) => [
          name,
          { kind: 'dense' as const, values: Float32Array.from(values, (value) => 2 * value) },
        ]),
      );
      const found = state?.update(weights, [given], { learningRate, gradientScale: 0.5 });
      expect(Math.abs((found ?? NaN) / norm - 1)).toBeLessThan(1e-6);
    }
    for (const [name, values] of Object.entries(final)) {
      values.forEach((value, i) => {
        expect(Math.abs((weights[name]?.data[i] ?? NaN) - value)).toBeLessThan(1e-6);
      });
    }
  });
});
