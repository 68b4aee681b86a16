import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { attentionRelation, attentionRelationComponent } from './attention-relation.js';

describe('attentionRelation', () => {
  describe('kit', () => {
    const objective = attentionRelationComponent.create({}, {}) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  it('matches a value worked out by hand, and is 0 at identical scores', () => {
    // KL((3/4, 1/4) ‖ (1/3, 2/3)) for both queries and heads
    const rows = (a: number) => [a, 0, a, 0];
    const student = tf.tensor4d([...rows(-Math.log(2)), ...rows(-Math.log(2))], [1, 2, 2, 2]);
    const teacher = tf.tensor4d([...rows(Math.log(3)), ...rows(Math.log(3))], [1, 2, 2, 2]);
    const mask = tf.ones([1, 2]) as tf.Tensor2D;
    const expected = 0.75 * Math.log(9 / 4) + 0.25 * Math.log(3 / 8);
    expect(attentionRelation({ student, teacher, mask }).dataSync()[0]).toBeCloseTo(expected, 6);
    expect(attentionRelation({ student, teacher: student, mask }).dataSync()[0]).toBeCloseTo(0, 6);
  });
});
