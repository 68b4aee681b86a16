import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, type Batch, type HostTensor, type Task, type Teacher } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { BatchSource } from '../mixed-batches.js';
import { assertMixupSuits } from './assert-mixup-suits.js';
import { mixedLoss } from './mixed-loss.js';
import { mixupBatches, permutedLabels } from './mixup-batches.js';
import { mixupSettings } from './mixup-settings.js';
import { sampleBeta, sampleGamma } from './sample-beta.js';

beforeAll(async () => {
  // Else the backend prints advice.
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

function moments(draw: (index: number) => number, count = 20_000): [number, number] {
  const values = Array.from({ length: count }, (_, index) => draw(index));
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count];
}

describe('sampleBeta', () => {
  // Mean a/(a+b), variance ab/((a+b)²(a+b+1)); the tolerances are five standard errors of 20 000 draws.
  it.each([
    [0.4, 0.4],
    [1, 1],
    [0.2, 0.7],
    [3, 3],
    [0.5, 4],
  ])('has the moments of Beta(%f, %f)', (a, b) => {
    const rng = createRng(3);
    const [mean, variance] = moments(() => sampleBeta(rng, a, b));
    const expected = (a * b) / ((a + b) ** 2 * (a + b + 1));
    expect(Math.abs(mean - a / (a + b))).toBeLessThan(5 * Math.sqrt(expected / 20_000));
    expect(Math.abs(variance - expected) / expected).toBeLessThan(0.06);
  });

  it('stays in [0, 1] for a tiny exponent, whose powers underflow', () => {
    const rng = createRng(4);
    const values = Array.from({ length: 500 }, () => sampleBeta(rng, 1e-3, 1e-3));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(values.filter((value) => value > 0.5).length).toBeGreaterThan(150);
    expect(values.filter((value) => value < 0.5).length).toBeGreaterThan(150);
  });
});

describe('sampleGamma', () => {
  it.each([0.4, 1, 2.5])('has mean and variance %f', (shape) => {
    const rng = createRng(5);
    const [mean, variance] = moments(() => sampleGamma(rng, shape));
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / 20_000));
    expect(Math.abs(variance - shape) / shape).toBeLessThan(0.1);
  });
});

const ints = (...values: number[]): HostTensor => ({
  dtype: 'int32',
  shape: [values.length],
  data: Int32Array.from(values),
});

const plain: BatchSource = {
  batchesPerEpoch: 3,
  at: async () =>
    ({
      examples: [],
      encodings: { student: { ids: { ...ints(1, 2, 3, 4), shape: [4, 1] } } },
    }) as Batch,
};

describe('mixupBatches', () => {
  const mixup = mixupSettings.parse({});

  it('gives each batch one λ and one permutation, the same whenever it is made', async () => {
    const source = mixupBatches(plain, mixup, createRng(1));
    const all = await Promise.all([0, 1, 2, 3].map((index) => source.at(index)));
    expect(await mixupBatches(plain, mixup, createRng(1)).at(2)).toEqual(all[2]);
    const lambdas = all.map((batch) => batch.mixup?.['mixup/lambda']?.data[0] as number);
    expect(new Set(lambdas).size).toBe(4);
    for (const batch of all) {
      const order = Array.from(batch.mixup?.['mixup/permutation']?.data ?? []);
      expect(order.sort()).toEqual([0, 1, 2, 3]);
    }
  });

  it('tells the models which mask is meant', async () => {
    const unionOf = async (mask: 'union' | 'first') =>
      (await mixupBatches(plain, { alpha: 5, mask }, createRng(1)).at(0)).mixup?.['mixup/union'];
    expect((await unionOf('union'))?.data[0]).toBe(1);
    expect((await unionOf('first'))?.data[0]).toBe(0);
  });

  it('takes no positions of the other text when nothing else is taken of it', async () => {
    // So small an exponent that λ is 0 or 1 in float32.
    const source = mixupBatches(plain, { alpha: 1e-4, mask: 'union' }, createRng(1));
    for (let index = 0; index < 8; index++) {
      const { mixup: inputs } = await source.at(index);
      const lambda = inputs?.['mixup/lambda']?.data[0];
      expect(inputs?.['mixup/union']?.data[0]).toBe(lambda === 1 ? 0 : 1);
    }
  });

  it('permutes labels by rows', () => {
    expect(permutedLabels(ints(5, 6, 7), ints(2, 0, 1)).data).toEqual(Int32Array.of(7, 5, 6));
    const many = { ...ints(1, 0, 0, 1, 1, 1), shape: [3, 2] };
    expect(permutedLabels(many, ints(2, 0, 1)).data).toEqual(Int32Array.of(1, 1, 1, 0, 0, 1));
  });
});

/** −mean log softmax(z)_y, as `hard-label`. */
const crossEntropy = ({ student, labels }: { student: tf.Tensor2D; labels?: tf.Tensor }) =>
  tf.neg(
    tf.mean(tf.sum(tf.mul(tf.logSoftmax(student), tf.oneHot(labels as tf.Tensor1D, 2)), 1)),
  ) as tf.Scalar;

describe('mixedLoss', () => {
  /*
   * B = 2, C = 2, y = [0, 1], π = [1, 0], so y[π] = [1, 0]; λ = 0.25. All logits 0 but the last row, which is
   * [ln 3, 0] with softmax [3/4, 1/4].
   * plain half: ln 2. mixed half with y: (ln 2 + ln 4) / 2; with y[π]: (ln 2 + ln 4/3) / 2.
   * ½ ln 2 + ½ (¼ · 1.0397207708 + ¾ · 0.4904146265) = 0.3465735903 + ½ (0.2599301927 + 0.3678109699) = 0.6604441716
   */
  const logits = () => tf.tensor2d([0, 0, 0, 0, 0, 0, Math.log(3), 0], [4, 2]);
  const labels = (lambda: number) => ({
    own: tf.tensor1d([0, 1], 'int32'),
    other: tf.tensor1d([1, 0], 'int32'),
    lambda: tf.scalar(lambda),
  });

  it('is the mean of the plain half and the mixed half, by hand', () => {
    const loss = mixedLoss(crossEntropy, { student: logits() }, labels(0.25));
    expect(loss.dataSync()[0]).toBeCloseTo(0.6604441716, 6);
  });

  it('is the cross-entropy of the mixed target', () => {
    const target = tf.tensor2d([0.25, 0.75, 0.75, 0.25], [2, 2]);
    const mixed = tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(tf.slice(logits(), 2)), target), 1)));
    const half = tf.add(tf.log(2), mixed).dataSync()[0] as number;
    const loss = mixedLoss(crossEntropy, { student: logits() }, labels(0.25));
    expect(loss.dataSync()[0]).toBeCloseTo(half / 2, 6);
  });

  it('hands each half its rows of the teacher', () => {
    const seen: number[] = [];
    const spy = ({ student, teacher }: { student: tf.Tensor2D; teacher?: tf.Tensor2D }) => {
      seen.push(student.shape[0], teacher?.shape[0] ?? 0, teacher?.dataSync()[0] ?? NaN);
      return tf.scalar(1);
    };
    const teacher = tf.tensor2d([1, 1, 1, 1, 2, 2, 2, 2], [4, 2]);
    mixedLoss(spy, { student: logits(), teacher }, labels(0.5));
    expect(seen).toEqual([2, 2, 1, 2, 2, 2, 2, 2, 2]);
  });
});

describe('assertMixupSuits', () => {
  const teacher = { mixes: true } as Teacher;
  const task = (kind: Task['kind']) => ({ name: 'toy', kind }) as Task;

  it('takes tasks on whole texts', () => {
    for (const kind of ['classification', 'regression', 'multi-label'] as const)
      expect(() => assertMixupSuits(task(kind), teacher)).not.toThrow();
  });

  it.each([
    ['token-classification', teacher, /a mixed token has no label/],
    ['span', teacher, /a mixture of two texts has no such place/],
    ['classification', { keepsSignals: true } as Teacher, /cached by text.*signals: online/],
    ['classification', {} as Teacher, /answers texts, not mixtures/],
  ] as const)('refuses %s with the reason', (kind, given, reason) => {
    expect(() => assertMixupSuits(task(kind), given)).toThrow(reason);
  });
});
