import { describe, expect, it } from '@jest/globals';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  softCrossEntropy,
  softCrossEntropyComponent,
  type SoftCrossEntropyOptions,
} from './soft-cross-entropy.js';

const S = [
  [1, 2, -1],
  [0.5, -0.5, 2],
];
const T = [
  [0.5, 1.5, 0],
  [1, -1, 1],
];

function value(
  student: number[][],
  teacher: number[][],
  options: Partial<SoftCrossEntropyOptions> = {},
) {
  const settings = { temperature: 1, tauSquared: false, ...options };
  return tf.tidy(
    () =>
      softCrossEntropy(
        tf.tensor2d(student),
        tf.tensor2d(teacher),
        settings,
      ).dataSync()[0] as number,
  );
}

describe('softCrossEntropy', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      ['classification', { temperature: 1, tauSquared: false }],
      ['classification', { temperature: 4, tauSquared: true }],
      ['span', { temperature: 2, tauSquared: false }],
    ] as const)('for %s with %j', (kind, settings) => {
      const objective = softCrossEntropyComponent.create(settings, {});
      return check.run({ objective: objective as never, kind });
    });
  });

  it('matches a value worked out by hand', () => {
    // p_T = (3/4, 1/4), p_S = (1/3, 2/3): 3/4 ln 3 + 1/4 ln(3/2)
    const expected = 0.75 * Math.log(3) + 0.25 * Math.log(1.5);
    expect(value([[0, Math.log(2)]], [[Math.log(3), 0]])).toBeCloseTo(expected, 6);
  });

  it('matches the values of the reference at temperatures 1 and 2', () => {
    // torch: -(softmax(T/τ) * log_softmax(S/τ)).sum(-1).mean()
    expect(value(S, T)).toBeCloseTo(1.0641251529, 6);
    expect(value(S, T, { temperature: 2 })).toBeCloseTo(1.0832263372, 6);
  });

  it('is multiplied by τ² on request', () => {
    expect(value(S, T, { temperature: 2, tauSquared: true })).toBeCloseTo(4 * 1.0832263372, 5);
  });

  it('is the entropy of the teacher at identical logits, and nowhere less', () => {
    const entropy = value(T, T);
    // (p ln p) by hand for row 0: e^.5, e^1.5, 1 over their sum 7.13041
    const row = ([a = 0, b = 0, c = 0]: number[]) => {
      const powers = [a, b, c].map(Math.exp);
      const sum = powers.reduce((x, y) => x + y);
      return -powers.reduce((h, power) => h + (power / sum) * Math.log(power / sum), 0);
    };
    expect(entropy).toBeCloseTo((row(T[0] as number[]) + row(T[1] as number[])) / 2, 6);
    const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.tuple(logits, logits), (student) => {
        expect(value(student, T)).toBeGreaterThanOrEqual(entropy - 1e-5);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('does not change when a constant is added to every logit of a row', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (shift) => {
        const moved = S.map((row) => row.map((z) => z + shift));
        expect(value(moved, T)).toBeCloseTo(value(S, T), 5);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('refuses regression and unequal shapes', () => {
    const objective = softCrossEntropyComponent.create(
      { temperature: 1, tauSquared: false },
      {},
    ) as {
      refuses(task: object): string | undefined;
    };
    expect(objective.refuses({ kind: 'regression', outputs: 1 })).toMatch(
      /one output is constant.*use logit-mse/,
    );
    expect(objective.refuses({ kind: 'multi-label', outputs: 3 })).toMatch(/use sigmoid-kd/);
    expect(objective.refuses({ kind: 'classification', outputs: 2 })).toBeUndefined();
    expect(objective.refuses({ kind: 'span', outputs: 2 })).toBeUndefined();
    expect(() =>
      softCrossEntropy(tf.zeros([2, 3]), tf.zeros([2, 4]), { temperature: 1, tauSquared: false }),
    ).toThrow(
      'softCrossEntropy: student is [2, 3] but teacher is [2, 4]; they must have the same shape.',
    );
  });
});
