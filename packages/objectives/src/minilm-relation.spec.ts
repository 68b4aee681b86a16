import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { minilmRelation, minilmRelationComponent } from './minilm-relation.js';

describe('minilmRelation', () => {
  describe('values', () => {
    const objective = minilmRelationComponent.create(
      { of: 'values', relationHeads: 1 },
      {},
    ) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  describe('queries in two parts', () => {
    const objective = minilmRelationComponent.create(
      { of: 'queries', relationHeads: 2 },
      {},
    ) as IntermediateObjective;
    it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run(objective),
    );
  });

  const mask = tf.tensor2d([[1, 1, 0]]);

  it('matches a value worked out by hand', () => {
    // d = 1, tokens (0, 1): relations [[0, 0], [0, 1]]; teacher tokens (0, a) with a² = ln 3: [[0, 0], [0, ln 3]].
    // Query 0 is uniform on both sides; query 1: KL((1/4, 3/4) ‖ (1, e)/(1 + e)), over two queries.
    const student = tf.tensor3d([0, 1, 7], [1, 3, 1]);
    const teacher = tf.tensor3d([0, Math.sqrt(Math.log(3)), -7], [1, 3, 1]);
    const sum = 1 + Math.E;
    const expected = (0.25 * Math.log(sum / 4) + 0.75 * Math.log((0.75 * sum) / Math.E)) / 2;
    const loss = minilmRelation({ student, teacher, mask }, { relationHeads: 1 });
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it('needs neither one width nor a width per head alike, only divisors', () => {
    const student = tf.randomUniform([1, 3, 4], -1, 1, 'float32', 3);
    const teacher = tf.randomUniform([1, 3, 6], -1, 1, 'float32', 4);
    const loss = minilmRelation({ student, teacher, mask }, { relationHeads: 2 });
    expect(loss.dataSync()[0]).toBeGreaterThan(0);
    expect(() => minilmRelation({ student, teacher, mask }, { relationHeads: 3 })).toThrow(
      'minilmRelation: student is [1, 3, 4] and mask [1, 3]; they must be [B, T, D] and [B, T] with D a multiple of relationHeads 3.',
    );
  });
});
