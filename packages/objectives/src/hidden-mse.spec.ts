import { describe, expect, it } from '@jest/globals';
import type { IntermediateObjective } from '@distiller/core';
import { intermediateChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { hiddenMse, hiddenMseComponent } from './hidden-mse.js';

const objective = hiddenMseComponent.create({}, {}) as IntermediateObjective;

describe('hiddenMse', () => {
  it.each(intermediateChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run(objective),
  );

  it('matches a value worked out by hand', () => {
    // tokens (1, 2)–(0, 0) and (3, 3)–(3, 1); the third is padding: (1 + 4 + 0 + 4) / (2 tokens · 2 features)
    const student = tf.tensor3d([[[1, 2], [3, 3], [9, 9]]]); // prettier-ignore
    const teacher = tf.tensor3d([[[0, 0], [3, 1], [0, 0]]]); // prettier-ignore
    const loss = hiddenMse({ student, teacher, mask: tf.tensor2d([[1, 1, 0]]) });
    expect(loss.dataSync()[0]).toBeCloseTo(9 / 4, 6);
  });

  it('weighs every token alike, whatever the text it stands in', () => {
    // one text of one token with error 2² and one of three tokens with error 0: 4 / (4 tokens · 1 feature)
    const student = tf.tensor3d([2, 7, 7, 1, 1, 1], [2, 3, 1]);
    const teacher = tf.tensor3d([0, 0, 0, 1, 1, 1], [2, 3, 1]);
    const mask = tf.tensor2d([1, 0, 0, 1, 1, 1], [2, 3]);
    expect(hiddenMse({ student, teacher, mask }).dataSync()[0]).toBeCloseTo(1, 6);
  });

  it('is 0 at identical states', () => {
    const student = tf.tensor3d([1, -2, 3, 4], [1, 2, 2]);
    const loss = hiddenMse({ student, teacher: tf.clone(student), mask: tf.ones([1, 2]) });
    expect(loss.dataSync()[0]).toBe(0);
  });

  it('refuses other widths and another mask', () => {
    const student = tf.zeros([2, 3, 4]);
    expect(() =>
      hiddenMse({ student, teacher: tf.zeros([2, 3, 5]), mask: tf.ones([2, 3]) }),
    ).toThrow(
      'hiddenMse: student is [2, 3, 4] but teacher is [2, 3, 5]; they must have the same shape.',
    );
    expect(() => hiddenMse({ student, teacher: student, mask: tf.ones([2, 4]) })).toThrow(
      'hiddenMse: student is [2, 3, 4] but mask is [2, 4]; they must be [B, T, D] and [B, T].',
    );
  });
});
