import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { pkd, pkdComponent } from './pkd.js';

describe('pkd', () => {
  describe('kit', () => {
    const objective = pkdComponent.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches the reference on first tokens, whatever the others are', () => {
    // Two texts whose first tokens are the rows of the golden vectors: mean of 2(1 − cos) = .2798073050
    const states = (rows: number[]) =>
      tf.tensor3d([...rows.slice(0, 3), 7, 7, 7, ...rows.slice(3), -1, 0, 1], [2, 2, 3]);
    const loss = pkd({
      student: states([1, 2, -1, 0.5, -0.5, 2]),
      teacher: states([0.5, 1.5, 0, 1, -1, 1]),
      mask: tf.ones([2, 2]),
    });
    expect(loss.dataSync()[0]).toBeCloseTo(0.279807305, 6);
  });
});
