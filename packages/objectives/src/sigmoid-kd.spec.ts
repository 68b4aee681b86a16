import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { sigmoidKd, sigmoidKdComponent } from './sigmoid-kd.js';

describe('sigmoidKd', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([
      { temperature: 1, tauSquared: false },
      { temperature: 3, tauSquared: true },
    ])('with %j', (settings) => {
      const objective = sigmoidKdComponent.create(settings, {}) as Objective;
      return check.run({ objective, kind: 'multi-label' });
    });
  });

  it('matches a value worked out by hand', () => {
    // q = (3/4, 1/2) and p = (1/2, 3/4): ln 2, and −½ ln(3/4) − ½ ln(1/4)
    const [ours, theirs] = [tf.tensor2d([[0, Math.log(3)]]), tf.tensor2d([[Math.log(3), 0]])];
    const expected = (Math.LN2 - 0.5 * Math.log(3 / 4) - 0.5 * Math.log(1 / 4)) / 2;
    const plain = { temperature: 1, tauSquared: false };
    expect(sigmoidKd(ours, theirs, plain).dataSync()[0]).toBeCloseTo(expected, 6);
    const soft = { temperature: 2, tauSquared: true };
    expect(sigmoidKd(tf.mul(ours, 2), tf.mul(theirs, 2), soft).dataSync()[0]).toBeCloseTo(
      4 * expected,
      5,
    );
  });

  it('suits multi-label tasks only', () => {
    const reason = (temperature: object | number, kind: string) => {
      const settings = sigmoidKdComponent.settings.parse({ temperature });
      const { refuses } = sigmoidKdComponent.create(settings, {}) as Objective;
      return refuses({ kind, outputs: 3 } as never);
    };
    expect(reason(1, 'multi-label')).toBeUndefined();
    expect(reason({ use: 'flsw' }, 'multi-label')).toBeUndefined();
    expect(reason({ use: 'cwsm' }, 'multi-label')).toMatch(/softmax.*use flsw, linear or a number/);
    for (const kind of ['classification', 'span', 'token-classification', 'regression']) {
      expect(reason(1, kind)).toMatch(/only multi-label tasks have; use soft-cross-entropy/);
    }
  });
});
