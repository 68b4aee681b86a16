import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { transformerConfig } from './config.js';
import { initialWeights } from './init.js';
import { parameterShapes } from './parameters.js';
import { valuesOf } from './tiny-model.fixture.js';

const SMALL = {
  vocabularySize: 200,
  hiddenSize: 64,
  layers: 2,
  heads: 4,
  intermediateSize: 128,
  maxPositions: 32,
};

describe('initialWeights', () => {
  const config = transformerConfig({ family: 'roberta', ...SMALL });
  const weights = initialWeights(config, createRng(1));

  it('draws matrices with the standard deviation of the configuration', () => {
    const data = valuesOf(weights, 'encoder.layer.1.intermediate.dense.weight');
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    // 8,192 draws: standard errors 0.00022 of the mean and 0.8 % of the deviation.
    expect(Math.abs(mean)).toBeLessThan(0.001);
    expect(Math.abs(Math.sqrt(variance) / 0.02 - 1)).toBeLessThan(0.04);
  });

  it('starts biases at 0, norms at the identity, and padding at 0', () => {
    const values = (name: string) => [...new Set(valuesOf(weights, name))];
    expect(values('encoder.layer.0.output.dense.bias')).toEqual([0]);
    expect(values('encoder.layer.0.output.LayerNorm.weight')).toEqual([1]);
    expect(values('encoder.layer.0.output.LayerNorm.bias')).toEqual([0]);
    for (const table of ['word', 'position']) {
      const data = valuesOf(weights, `embeddings.${table}_embeddings.weight`);
      const zeroRows = Array.from({ length: data.length / 64 }, (_, row) => row).filter((row) =>
        data.subarray(row * 64, row * 64 + 64).every((value) => value === 0),
      );
      expect(zeroRows).toEqual([1]);
    }
  });

  it('gives a parameter the same values in another model', () => {
    const deeper = transformerConfig({
      family: 'roberta',
      ...SMALL,
      layers: 3,
      labels: ['a', 'b', 'c'],
    });
    const others = initialWeights(deeper, createRng(1));
    for (const name of parameterShapes(config).keys()) {
      if (!name.startsWith('classifier.')) expect(others[name]).toEqual(weights[name]);
    }
    expect(initialWeights(config, createRng(2))).not.toEqual(weights);
  });

  it.each([{ maxPositions: 1e12 }, { hiddenSize: 12e8 }, { layers: 1000, hiddenSize: 12_000 }])(
    'refuses sizes that no memory holds: %j',
    (sizes) => {
      const config = transformerConfig({ family: 'bert', vocabularySize: 9, ...sizes });
      expect(() => initialWeights(config, createRng(1))).toThrow(
        /^A bert of \{.*\} would have [\d.e+]+ parameters; at most 2147483648 can be made\./,
      );
    },
  );
});
