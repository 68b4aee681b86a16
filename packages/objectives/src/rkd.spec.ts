import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { rkd, rkdComponent } from './rkd.js';

describe('rkd', () => {
  describe('both terms', () => {
    const objective = rkdComponent.create(
      { distance: 1, angle: 2, pool: 'mean' },
      {},
    ) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  const mask = tf.ones([3, 1]) as tf.Tensor2D;
  const student = tf.tensor3d([0, 0, 1, 0, 0, 1], [3, 1, 2]);

  it('matches a value of distances worked out by hand', () => {
    // Student: 1, 1, √2 with mean (2 + √2)/3; teacher on a line at 0, 1, 2: 1, 2, 1 with mean 4/3.
    const teacher = tf.tensor3d([0, 0, 1, 0, 2, 0], [3, 1, 2]);
    const mean = (2 + Math.SQRT2) / 3;
    const gaps = [1 / mean - 3 / 4, 1 / mean - 6 / 4, Math.SQRT2 / mean - 3 / 4];
    // Each pair stands twice among the 9; all gaps are below 1, so d²/2.
    const expected = (2 * gaps.reduce((sum, gap) => sum + gap ** 2 / 2, 0)) / 9;
    const loss = rkd({ student, teacher, mask }, { distance: 1, angle: 0, pool: 'cls' });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it('matches a value of angles worked out by hand', () => {
    // At the right angle the student has cosine 0, at the other two √½; the teacher on a line has −1 in the middle, 1 at the ends.
    const teacher = tf.tensor3d([1, 0, 0, 0, 2, 0], [3, 1, 2]);
    const huber = (d: number) => (Math.abs(d) <= 1 ? d ** 2 / 2 : Math.abs(d) - 0.5);
    const gaps = [0 - -1, Math.SQRT1_2 - 1, Math.SQRT1_2 - 1];
    // i and k change places: twice each; i = k has cosine 1 on both sides.
    const expected = (2 * gaps.reduce((sum, gap) => sum + huber(gap), 0)) / 27;
    const loss = rkd({ student, teacher, mask }, { distance: 0, angle: 1, pool: 'cls' });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it('sees neither rotation nor scale', () => {
    // turned by 90° and doubled
    const teacher = tf.tensor3d([0, 0, 0, 2, -2, 0], [3, 1, 2]);
    const loss = rkd({ student, teacher, mask }, { distance: 1, angle: 2, pool: 'cls' });
    expect(loss.dataSync()[0]).toBeCloseTo(0, 6);
  });
});
