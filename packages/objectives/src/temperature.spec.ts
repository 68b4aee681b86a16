import { describe, expect, it } from '@jest/globals';
import type { Objective, PredictionLossInput } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { klComponent } from './kl.js';
import { softCrossEntropy, softCrossEntropyComponent } from './soft-cross-entropy.js';
import { temperatureOf, temperatureSetting, type TemperatureSetting } from './temperature.js';

const RULES = [
  { use: 'flsw', base: 4, beta: 2, gamma: 2 },
  { use: 'flsw', base: 2, beta: 1, gamma: 0.5 },
  { use: 'cwsm', base: 4, beta: 1 },
  { use: 'linear', from: 4, to: 1 },
] as const satisfies readonly TemperatureSetting[];

const rows = (...values: number[][]) => tf.tensor2d(values);

function temperatures(setting: TemperatureSetting, input: PredictionLossInput): number[] {
  return Array.from((temperatureOf(setting, input) as tf.Tensor).dataSync());
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
}

describe('temperatureOf', () => {
  const equal = tf.tensor2d([[0, 0]]);

  it('is the number itself', () => {
    expect(temperatureOf(3, { student: equal })).toBe(3);
  });

  it('moves along a line, by hand', () => {
    const setting = { use: 'linear', from: 4, to: 1 } as const;
    // a quarter of the way from 4 to 1
    expectClose(temperatures(setting, { student: equal, progress: tf.scalar(0.25) }), [3.25]);
    expectClose(temperatures(setting, { student: equal, progress: tf.scalar(0) }), [4]);
  });

  it('is lower for rows far from the teacher (flsw), by hand', () => {
    // Angles of 60° and 0°: cosines 1/2 and 1, w = (1/4, 0), mean 1/8: 4 − 2/8 and 4 + 2/8
    const input = { student: rows([1, 0], [3, 1]), teacher: rows([1, Math.sqrt(3)], [6, 2]) };
    const setting = { use: 'flsw', base: 4, beta: 2, gamma: 2 } as const;
    expectClose(temperatures(setting, input), [3.75, 4.25]);
    // Under weights 3 and 1 the mean is 3/16.
    const weights = tf.tensor1d([3, 1]);
    expectClose(temperatures(setting, { ...input, weights }), [4 - 2 / 16, 4 + 6 / 16]);
  });

  it('is lower for rows without confidence (cwsm), by hand', () => {
    // Largest probabilities 1/2 and 3/4: w = 1/0.501 and 1/0.751
    const [first, second] = [1 / 0.501, 1 / 0.751];
    const half = (first - second) / 2;
    const setting = { use: 'cwsm', base: 4, beta: 1 } as const;
    const student = rows([0, 0], [0, Math.log(3)]);
    expectClose(temperatures(setting, { student }), [4 - half, 4 + half]);
  });

  it('never falls below 0.1', () => {
    const input = { student: rows([1, 0], [1, 0]), teacher: rows([-1, 0], [1, 0]) };
    const setting = { use: 'flsw', base: 1, beta: 50, gamma: 1 } as const;
    expectClose(temperatures(setting, input), [0.1, 51]);
  });

  it('takes a row of zeros and a row equal to the teacher, whatever γ', () => {
    const input = { student: rows([0, 0], [2, 1]), teacher: rows([1, 3], [2, 1]) };
    const setting = { use: 'flsw', base: 4, beta: 1, gamma: 0.5 } as const;
    expect(temperatures(setting, input).every(Number.isFinite)).toBe(true);
  });
});

describe('an objective with a rule for its temperature', () => {
  // Finite differences move the temperature too, which autodiff takes for a constant: see the last test.
  const checks = objectiveChecks.filter(({ name }) => !name.includes('finite differences'));

  describe.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(RULES)('%j', (temperature) => {
      const settings = { temperature, tauSquared: true };
      const objective = softCrossEntropyComponent.create(settings, {}) as Objective;
      return check.run({ objective, kind: 'classification' });
    });
  });

  it('is told the progress only where it reads it', () => {
    const reads = (temperature: TemperatureSetting) =>
      (softCrossEntropyComponent.create({ temperature, tauSquared: false }, {}) as Objective).reads;
    expect(reads({ use: 'linear', from: 4, to: 1 })).toEqual(['teacher', 'progress']);
    expect(reads({ use: 'cwsm', base: 4, beta: 1 })).toEqual(['teacher']);
    expect(reads(2)).toEqual(['teacher']);
  });

  it('softens every row by its own temperature, and scales it by its τ²', () => {
    const [student, teacher] = [rows([1, 2, -1], [0.5, -0.5, 2]), rows([0.5, 1.5, 0], [1, -1, 1])];
    const alone = (row: number, temperature: number) => {
      const take = (x: tf.Tensor2D) => tf.slice(x, [row, 0], [1, -1]);
      const options = { temperature, tauSquared: true };
      return softCrossEntropy(take(student), take(teacher), options).dataSync()[0] as number;
    };
    const each = { temperature: tf.tensor2d([[1], [3]]), tauSquared: true };
    const loss = softCrossEntropy(student, teacher, each).dataSync()[0];
    expect(loss).toBeCloseTo((alone(0, 1) + alone(1, 3)) / 2, 5);
  });

  it.each(RULES)('takes the temperature for a constant: %j', (temperature) => {
    const [student, teacher] = [rows([1, 2, -1], [0.5, -0.5, 2]), rows([0.5, 1.5, 0], [1, -1, 1])];
    const progress = tf.scalar(0.25);
    const { loss } = softCrossEntropyComponent.create(
      { temperature, tauSquared: true },
      {},
    ) as Objective;
    const fixed = temperatureOf(temperature, { student, teacher, progress });
    const slope = tf.grad((z) => loss({ student: z as tf.Tensor2D, teacher, progress }))(student);
    const expected = tf.grad((z) =>
      softCrossEntropy(z as tf.Tensor2D, teacher, { temperature: fixed, tauSquared: true }),
    )(student);
    expectClose(Array.from(slope.dataSync()), Array.from(expected.dataSync()));
  });
});

describe('temperatureSetting', () => {
  it('has defaults and refuses what softens nothing', () => {
    expect(temperatureSetting.parse(undefined)).toBe(1);
    expect(temperatureSetting.parse({ use: 'flsw' })).toEqual({
      use: 'flsw',
      base: 4,
      beta: 1,
      gamma: 1,
    });
    for (const bad of [
      0,
      -1,
      { use: 'warm' },
      { use: 'linear', from: 4 },
      { use: 'cwsm', to: 1 },
    ]) {
      expect(temperatureSetting.safeParse(bad).success).toBe(false);
    }
  });

  it('is refused for spans where it would see padding', () => {
    const reason = (temperature: object) => {
      const settings = klComponent.settings.parse({ temperature });
      const { refuses } = klComponent.create(settings, {}) as Objective;
      return refuses({ kind: 'span', outputs: 2 } as never);
    };
    expect(reason({ use: 'flsw' })).toMatch(/padding included; use cwsm, linear or a number/);
    expect(reason({ use: 'cwsm' })).toBeUndefined();
    expect(reason({ use: 'linear', from: 4, to: 1 })).toBeUndefined();
  });
});
