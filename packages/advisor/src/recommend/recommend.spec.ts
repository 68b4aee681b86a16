import { describe, expect, it } from '@jest/globals';
import { gridOf } from '@distiller/search';
import { Predictor } from '../predict/predictor.js';
import { advisedRecipe } from './advised-recipe.js';
import { availableSpace } from './available-space.js';
import { encoderParameters } from './encoder-parameters.js';
import { recommend } from './recommend.js';

const PROFILE = { examples: 1000, classes: 2, arity: 1, baseline: 0.7 } as const;
const teacher = { name: 't', layers: 12, width: 768, parameters: 1.1e8 };
const student = { name: 's', layers: 2, width: 128, parameters: 4.4e6 };

/** Place: ½ + 0.2 for mutual information + 0.1 for mixup. */
const predictor = new Predictor({
  kind: 'distiller-predictor',
  version: 1,
  source: 'by hand',
  trials: 2,
  plan: {
    pipeline: [
      { is: 'level', parameter: 'loss', value: 'mi' },
      { is: 'level', parameter: 'mixup', value: true },
    ],
    students: [],
    teachers: [],
  },
  learners: [
    {
      name: 'ridge',
      weight: 1,
      model: {
        kind: 'ridge',
        means: [0, 0],
        scales: [1, 1],
        products: [],
        productMeans: [],
        productScales: [],
        coefficients: [0.2, 0.1],
        intercept: 0.5,
      },
    },
  ],
  deviation: 0.2,
  tasks: [{ name: 'a', profile: PROFILE, ratios: [0, 1] }],
  models: {},
  choices: {},
});

const request = (count: number, augmenters: string[] = []) => ({
  predictor,
  space: availableSpace({ isRegression: false, augmenters }),
  count,
  task: PROFILE,
  teacher,
  student,
});

describe('recommend', () => {
  it('names the best of each kind first, then those that differ in numbers only', () => {
    const advice = recommend(request(65));
    const kinds = advice.map(({ configuration: { alpha: _, ...kind } }) => JSON.stringify(kind));
    // No loss: mixup or not, two losses of logits. Five losses: three mappings of each besides.
    expect(new Set(kinds.slice(0, 64)).size).toBe(64);
    expect(kinds[64]).toBe(kinds[0]);
    expect(advice[64]?.configuration['alpha']).not.toBe(advice[0]?.configuration['alpha']);
    const first = advice.slice(0, 8).map(({ configuration: { loss, mixup } }) => [loss, mixup]);
    expect(first).toEqual([
      ...Array.from({ length: 6 }, () => ['mi', true]),
      ...Array.from({ length: 2 }, () => ['mi', false]),
    ]);
    expect(advice[0]).toMatchObject({ rank: 1, deviation: 0.2 });
    expect(advice[0]?.place).toBeCloseTo(0.8, 12);
    expect(advice[0]?.ratio).toBeCloseTo(0.8, 12); // quantiles 0 and 1 of the one known task
  });

  it('gives each stage its share', () => {
    const [first] = recommend(request(1));
    const gains = Object.fromEntries(first?.reasons.map(({ stage, gain }) => [stage, gain]) ?? []);
    // 15 of 28 choices of loss, α and mapping are mutual information: 0.2 − 0.2 · 15/28.
    expect(gains['intermediate']).toBeCloseTo(0.2 * (13 / 28), 12);
    expect(gains['mixup']).toBeCloseTo(0.05, 12);
    expect(gains['prediction']).toBeCloseTo(0, 12);
  });
});

describe('availableSpace', () => {
  it('leaves out what can not be run, and cross-entropy of one output', () => {
    // None, or 9 losses × 3 mappings; × 2 × 2; augmentation none or random with 3 shares.
    expect(gridOf(availableSpace({ isRegression: false, augmenters: [] }))).toHaveLength(112);
    const random = gridOf(availableSpace({ isRegression: true, augmenters: ['random'] }));
    expect(random).toHaveLength(56 * 4);
    expect(new Set(random.map(({ augmentation }) => augmentation))).toEqual(
      new Set(['none', 'random']),
    );
  });
});

describe('availableSpace of what was tried', () => {
  it('leaves out what a predictor has not seen, with what depends on it', () => {
    const tried = { loss: ['none', 'mse'], map: ['skip'], mixup: [false], kd: ['mse', 'kl'] };
    const points = gridOf(availableSpace({ isRegression: false, augmenters: ['random'], tried }));
    // Augmentation was never tried at all: it is as it would be without a predictor.
    expect(points).toHaveLength(2 * 4);
    expect(points[0]).toEqual({ loss: 'none', kd: 'mse', mixup: false, augmentation: 'none' });
    expect(new Set(points.map(({ alpha }) => alpha))).toEqual(new Set([undefined]));
  });
});

describe('advisedRecipe', () => {
  const parts = { name: 'n', seed: 1, task: {}, teacher: {}, student: {}, training: {} };
  const configuration = {
    loss: 'mi',
    alpha: 0.9,
    map: 'last',
    kd: 'mse',
    mixup: true,
    augmentation: 'random>contextual',
    augP: 0.1,
  };

  it('says every choice as a component', () => {
    expect(advisedRecipe(configuration, { ...parts, maskedModel: 'mlm' })).toEqual({
      ...parts,
      objectives: [{ use: 'logit-mse' }],
      intermediate: [{ use: 'mi-alpha', weight: 0.1, alpha: 0.9, matching: { use: 'last' } }],
      mixup: {},
      augmentation: {
        pipeline: [
          { use: 'random', p: 0.1 },
          { use: 'contextual', model: 'mlm', p: 0.1 },
        ],
      },
    });
  });

  it('has no intermediate loss where none is advised', () => {
    const recipe = advisedRecipe(
      { loss: 'none', kd: 'ce', mixup: false, augmentation: 'none' },
      parts,
    );
    expect(recipe).toEqual({ ...parts, objectives: [{ use: 'soft-cross-entropy' }] });
  });

  it('refuses what it has nothing for', () => {
    expect(() => advisedRecipe(configuration, parts)).toThrow(
      'contextual needs the folder of a masked',
    );
    expect(() => advisedRecipe({ ...configuration, loss: 'nce' }, parts)).toThrow(
      '"loss" is "nce"',
    );
  });
});

describe('encoderParameters', () => {
  it.each([
    ['BERT-base', 12, 768, 3072, 109.5],
    ['BERT-tiny', 2, 128, 512, 4.4],
    ['TinyBERT-4', 4, 312, 1200, 14.4],
  ])('counts those of %s as published', (_, layers, hiddenSize, intermediateSize, millions) => {
    const count = encoderParameters({ layers, hiddenSize, intermediateSize });
    expect(Math.abs(count / 1e6 - millions)).toBeLessThan(0.06);
  });
});
