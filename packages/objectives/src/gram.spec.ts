import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { gram, gramComponent } from './gram.js';

describe('gram', () => {
  describe('kit', () => {
    const objective = gramComponent.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches a value worked out by hand', () => {
    // Two tokens of width 1 and a padding: student (1·2 + 3·4)/2 = 7, teacher (1·1 + 1·3)/2 = 2
    const states = (...values: number[]) => tf.tensor3d([...values, 9], [1, 3, 1]);
    const loss = gram(
      { student: states(2, 4), teacher: states(1, 3), mask: tf.tensor2d([[1, 1, 0]]) },
      { student: states(1, 3), teacher: states(1, 1) },
    );
    expect(loss.dataSync()[0]).toBeCloseTo(25, 5);
  });

  it('refuses a pair before of another width', () => {
    const wide = { student: tf.zeros([1, 2, 4]), teacher: tf.zeros([1, 2, 4]) };
    const narrow = { student: tf.zeros([1, 2, 3]), teacher: tf.zeros([1, 2, 3]) };
    expect(() => gram({ ...wide, mask: tf.ones([1, 2]) }, narrow)).toThrow(
      'gram: states are 4 wide but 3 at the pair before; they must be of one width.',
    );
  });
});
