import { describe, expect, it } from '@jest/globals';
import type { Objective } from '@distiller/core';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { totalVariation, totalVariationComponent } from './total-variation.js';

describe('totalVariation', () => {
  describe.each(objectiveChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each(['classification', 'span'] as const)('for %s', (kind) => {
      const objective = totalVariationComponent.create({ temperature: 2 }, {}) as Objective;
      return check.run({ objective, kind });
    });
  });

  it('matches a value worked out by hand', () => {
    // p_T = (3/4, 1/4), p_S = (1/3, 2/3): both classes differ by 5/12.
    const [ours, theirs] = [tf.tensor2d([[0, Math.log(2)]]), tf.tensor2d([[Math.log(3), 0]])];
    const loss = totalVariation(ours, theirs, { temperature: 1 });
    expect(loss.dataSync()[0]).toBeCloseTo(5 / 12, 6);
  });

  it('refuses regression and multi-label tasks', () => {
    const { refuses } = totalVariationComponent.create({ temperature: 1 }, {}) as Objective;
    expect(refuses({ kind: 'regression', outputs: 1 } as never)).toMatch(/use logit-mse/);
    expect(refuses({ kind: 'multi-label', outputs: 3 } as never)).toMatch(/use sigmoid-kd/);
  });
});
