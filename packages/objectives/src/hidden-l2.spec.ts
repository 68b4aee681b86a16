import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { hiddenL2, hiddenL2Component } from './hidden-l2.js';

describe('hiddenL2', () => {
  describe('kit', () => {
    const objective = hiddenL2Component.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches a value worked out by hand', () => {
    // ‖(3, 4)‖ = 5 and ‖(0, 1)‖ = 1 over two tokens; the third is padding
    const student = tf.tensor3d([3, 4, 2, 2, 9, 9], [1, 3, 2]);
    const teacher = tf.tensor3d([0, 0, 2, 1, 0, 0], [1, 3, 2]);
    const loss = hiddenL2({ student, teacher, mask: tf.tensor2d([[1, 1, 0]]) });
    expect(loss.dataSync()[0]).toBeCloseTo(3, 6);
  });
});
