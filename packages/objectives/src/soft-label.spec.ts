import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { hardLabel } from './hard-label.js';
import { softLabel, softLabelComponent } from './soft-label.js';

const objective = softLabelComponent.create({}, {}) as Objective;

describe('softLabel', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(['classification', 'regression', 'token-classification', 'span'] as const)(
      'for %s',
      (kind) => check.run({ objective, kind }),
    );
  });

  it('takes the class that the teacher prefers for the label', () => {
    const student = tf.tensor2d([[0, Math.log(3)], [5, 5]]); // prettier-ignore
    const teacher = tf.tensor2d([[-1, 0.1], [0.2, 0.1]]); // prettier-ignore
    const labels = tf.tensor1d([1, 0], 'int32');
    const loss = softLabel(student, teacher).dataSync()[0];
    expect(loss).toBe(hardLabel(student, labels).dataSync()[0]);
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6); // by hand
  });

  it('takes the value of a teacher of one output for the label', () => {
    // errors 1 and −3: (1 + 9) / 2
    const loss = softLabel(tf.tensor2d([[2], [1]]), tf.tensor2d([[1], [4]]));
    expect(loss.dataSync()[0]).toBeCloseTo(5, 6);
  });

  it('refuses multi-label tasks', () => {
    expect(objective.refuses({ kind: 'multi-label', outputs: 3 } as never)).toMatch(
      /use sigmoid-kd/,
    );
    expect(objective.refuses({ kind: 'regression', outputs: 1 } as never)).toBeUndefined();
  });
});
