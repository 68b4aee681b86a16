import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { hiddenCe, hiddenCeComponent } from './hidden-ce.js';

describe('hiddenCe', () => {
  describe('kit', () => {
    const objective = hiddenCeComponent.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches a value worked out by hand', () => {
    // one token: p_T = (3/4, 1/4), p_S = (1/3, 2/3): 3/4 ln 3 + 1/4 ln(3/2); the second is padding
    const student = tf.tensor3d([0, Math.log(2), 9, 1], [1, 2, 2]);
    const teacher = tf.tensor3d([Math.log(3), 0, 0, 5], [1, 2, 2]);
    const loss = hiddenCe({ student, teacher, mask: tf.tensor2d([[1, 0]]) });
    expect(loss.dataSync()[0]).toBeCloseTo(0.75 * Math.log(3) + 0.25 * Math.log(1.5), 6);
  });

  it('is the entropy of the teacher at identical states', () => {
    const states = tf.tensor3d([0, 0, Math.log(3), 0], [1, 2, 2]);
    // entropies of (1/2, 1/2) and (3/4, 1/4)
    const expected = (Math.log(2) + 0.75 * Math.log(4 / 3) + 0.25 * Math.log(4)) / 2;
    const loss = hiddenCe({ student: states, teacher: tf.clone(states), mask: tf.ones([1, 2]) });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });
});
