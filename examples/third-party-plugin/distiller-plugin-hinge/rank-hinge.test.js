import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { rankHinge, rankHingeComponent } from './rank-hinge.js';

await tf.setBackend('cpu');

describe('rank-hinge', () => {
  const objective = rankHingeComponent.create({ margin: 1 }, {});
  for (const check of objectiveChecks) {
    it(check.name, () => check.run({ objective, kind: 'classification' }));
  }

  it('matches a value worked out by hand', () => {
    // The teacher prefers class 0; the student does by 0.25: both pairs are short of the margin by 0.75.
    const loss = rankHinge(tf.tensor2d([[0.25, 0]]), tf.tensor2d([[2, 1]]), { margin: 1 });
    assert.ok(Math.abs(loss.dataSync()[0] - 0.75) < 1e-6);
  });
});
