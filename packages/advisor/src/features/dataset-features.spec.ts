import { describe, expect, it } from '@jest/globals';
import { createRng, type Example } from '@distiller/core';
import { makeTask } from '@distiller/data';
import { datasetFeatures } from './dataset-features.js';
import { hash } from './words.js';

/** Label 1 where the text speaks of sun; `noise` other words. */
function sunny(count: number, classes = 2) {
  const rng = createRng(5);
  return Array.from({ length: count }, (_, i): Example => {
    const label = i % classes;
    const filler = Array.from({ length: 6 }, () => `w${rng.integer(200)}`).join(' ');
    return { id: `${i}`, texts: [`${filler} ${label === 1 ? 'sun' : 'rain'}`], label };
  });
}

function taskOf(
  examples: readonly Example[],
  kind: 'classification' | 'regression' = 'classification',
  arity: 1 | 2 = 1,
) {
  return makeTask({
    name: 'sample',
    kind,
    arity,
    labels: kind === 'regression' ? [] : ['no', 'yes'],
    read: {
      async *train() {
        yield* examples;
      },
    },
  });
}

describe('datasetFeatures', () => {
  it('counts sizes, labels and words, and learns what is linear', async () => {
    const features = await datasetFeatures(taskOf(sunny(600)));
    expect(features).toMatchObject({
      examples: 600,
      classes: 2,
      arity: 1,
      labelEntropy: 1,
      majority: 0.5,
      meanWords: 7,
      wordsDeviation: 0,
      metric: 'accuracy',
    });
    expect(features.baseline).toBeGreaterThan(0.97);
    expect(features.typeTokenRatio).toBeCloseTo(202 / 4200, 12);
    expect(Math.hypot(...features.embedding)).toBeCloseTo(1, 12);
    expect(await datasetFeatures(taskOf(sunny(600)))).toEqual(features);
  });

  it('finds nothing where labels have nothing to do with words', async () => {
    const rng = createRng(2);
    const shuffled = sunny(600).map((example) => ({ ...example, label: rng.integer(2) }));
    const { baseline } = await datasetFeatures(taskOf(shuffled));
    expect(Math.abs(baseline - 0.5)).toBeLessThan(0.1);
  });

  it('sees that the texts of a pair share words', async () => {
    const rng = createRng(3);
    const text = () => Array.from({ length: 8 }, () => `w${rng.integer(300)}`).join(' ');
    const pairs = Array.from({ length: 900 }, (_, i): Example => {
      const first = text();
      return { id: `${i}`, texts: [first, i % 2 === 1 ? first : text()], label: i % 2 };
    });
    expect((await datasetFeatures(taskOf(pairs, 'classification', 2))).baseline).toBeGreaterThan(
      0.95,
    );
  });

  it('predicts values of a regression', async () => {
    const values = sunny(600).map((example, i) => ({ ...example, label: i % 2 === 1 ? 4 : 1 }));
    const features = await datasetFeatures(taskOf(values, 'regression'));
    expect(features).toMatchObject({
      classes: 1,
      labelEntropy: 0,
      majority: 0,
      metric: 'pearson-spearman',
    });
    expect(features.baseline).toBeGreaterThan(0.8);
  });

  it('only counts what is beyond the sample', async () => {
    const features = await datasetFeatures(taskOf(sunny(600)), { sample: 100 });
    expect(features.examples).toBe(600);
  });
});

describe('hash', () => {
  it('spreads over all bits and stays what it is', () => {
    expect(hash('')).toBe(hash(''));
    const bits = Array.from({ length: 32 }, () => 0);
    for (let i = 0; i < 1000; i++)
      bits.forEach((_, b) => (bits[b] = (bits[b] as number) + ((hash(`w${i}`) >>> b) & 1)));
    for (const count of bits) expect(Math.abs(count - 500)).toBeLessThan(80);
  });
});
