import { describe, expect, it } from '@jest/globals';
import { parameterShapes, transformerConfig } from '@distiller/transformer';
import { PRESETS, type Architecture, type PresetName } from './presets.js';

const VOCABULARY = 30_522;
const POSITIONS = 512;
const TYPES = 2;
const LABELS = 2;

function parameters(architecture: Architecture): number {
  const shapes = parameterShapes(
    transformerConfig({ vocabularySize: VOCABULARY, ...architecture }),
  );
  return [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** (V + maxlen + types + 2)·H + L·[4H(H + 1) + 2H + (I + 1)H + I(H + 1) + 2H] + (H + 1)·H, and the classifier. */
function formula({ layers, hiddenSize: H, intermediateSize: I }: Architecture): number {
  const block = 4 * H * (H + 1) + 2 * H + (I + 1) * H + I * (H + 1) + 2 * H;
  const classifier = (H + 1) * LABELS;
  return (VOCABULARY + POSITIONS + TYPES + 2) * H + layers * block + (H + 1) * H + classifier;
}

describe('PRESETS', () => {
  const berts = Object.entries(PRESETS).filter(([, { family }]) => family === 'bert');

  it.each(berts)('%s has as many parameters as the formula says', (_, architecture) => {
    expect(parameters(architecture)).toBe(formula(architecture));
  });

  // Millions, as published; without the classifier, which is less than 0.01.
  it.each([
    ['bert-tiny', 4.4],
    ['bert-mini', 11.2],
    ['bert-small', 28.8],
    ['bert-medium', 41.4],
    ['bert-base', 109.5],
    ['tinybert-4', 14.4],
    ['tinybert-6', 67.0],
    ['minilm-12', 33.4],
  ] as [PresetName, number][])('%s has %d million parameters', (name, millions) => {
    expect(parameters(PRESETS[name]) / 1e6).toBeCloseTo(millions, 1);
  });

  it('albert-base has the weights of one block, and narrow embeddings', () => {
    // (30,522 + 512 + 2 + 2)·128 + (128 + 1)·768 + 7,087,872 + (768 + 1)·768 + (768 + 1)·2
    const block = 4 * 768 * 769 + 2 * 768 + 769 * 3072 + 3073 * 768 + 2 * 768;
    expect(block).toBe(7_087_872);
    const expected = 31_038 * 128 + 129 * 768 + block + 769 * 768 + 769 * 2;
    expect(parameters(PRESETS['albert-base'])).toBe(expected);
    expect(expected / 1e6).toBeCloseTo(11.8, 1);
  });

  it('electra-small has narrow embeddings and a projection to the width of its blocks', () => {
    // (30,522 + 512 + 2 + 2)·128 + (128 + 1)·256 + 12·789,760 + (256 + 1)·256 + (256 + 1)·2
    const block = 4 * 256 * 257 + 2 * 256 + 1025 * 256 + 1024 * 257 + 2 * 256;
    const expected = 31_038 * 128 + 129 * 256 + 12 * block + 257 * 256 + 257 * 2;
    expect(parameters(PRESETS['electra-small'])).toBe(expected);
    expect(expected / 1e6).toBeCloseTo(13.5, 0);
  });
});
