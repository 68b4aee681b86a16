import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { logisticRanking, logisticRankingComponent } from './logistic-ranking.js';

const objective = logisticRankingComponent.create({}, {}) as Objective;

describe('logisticRanking', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(['classification', 'multi-label'] as const)('for %s', (kind) =>
      check.run({ objective, kind }),
    );
  });

  it('matches a value worked out by hand', () => {
    // The teacher prefers 0 to 1, 0 to 2 and 1 to 2; the student's differences are 0, ln 3 and ln 3.
    const student = tf.tensor2d([[Math.log(3), Math.log(3), 0]]);
    const loss = logisticRanking(student, tf.tensor2d([[3, 2, 1]])).dataSync()[0];
    expect(loss).toBeCloseTo((Math.LN2 + 2 * Math.log(4 / 3)) / 3, 6);
  });

  it('sees the order alone, and counts only the pairs that the teacher tells apart', () => {
    const student = tf.tensor2d([[0.3, -1, 0.5]]);
    const value = (teacher: number[]) =>
      logisticRanking(student, tf.tensor2d([teacher])).dataSync()[0] as number;
    expect(value([30, 2, 1])).toBe(value([3, 2, 1]));
    // Only 0 before 1 and 0 before 2: differences 1.3 and −0.2
    expect(value([1, 0, 0])).toBeCloseTo(
      (Math.log(1 + Math.exp(-1.3)) + Math.log(1 + Math.exp(0.2))) / 2,
      6,
    );
    expect(value([1, 1, 1])).toBe(0);
  });

  it('refuses spans and single numbers', () => {
    expect(objective.refuses({ kind: 'span', outputs: 2 } as never)).toMatch(/positions of a span/);
    expect(objective.refuses({ kind: 'regression', outputs: 1 } as never)).toMatch(
      /one output has no order; use logit-mse/,
    );
  });
});
