import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { nst, nstComponent } from './nst.js';

describe('nst', () => {
  describe('kit', () => {
    const objective = nstComponent.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches a value worked out by hand, with other widths', () => {
    // Student (1, 2) of width 1: [[1, 2], [2, 4]]; teacher rows (1, 1), (0, 2) of width 2: [[1, 1], [1, 2]].
    // Differences 0, 1, 1, 2 over 4 pairs: 6/4. The third token is padding.
    const student = tf.tensor3d([1, 2, 9], [1, 3, 1]);
    const teacher = tf.tensor3d([1, 1, 0, 2, 9, 9], [1, 3, 2]);
    expect(nst({ student, teacher, mask: tf.tensor2d([[1, 1, 0]]) }).dataSync()[0]).toBeCloseTo(
      1.5,
      6,
    );
  });
});
