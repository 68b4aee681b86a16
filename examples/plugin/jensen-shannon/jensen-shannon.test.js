import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { agreement, objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import plugin from './index.js';
import { jensenShannon } from './jensen-shannon.js';

await tf.setBackend('cpu');
const registry = new Registry().use(plugin);

for (const beta of [0.5, 0.1]) {
  const objective = await registry.create('objective', { use: 'jensen-shannon', beta });

  describe(`jensen-shannon with beta ${beta}`, () => {
    for (const check of objectiveChecks) {
      it(check.name, () => check.run({ objective, kind: 'classification' }));
    }

    it('is compiled to the numbers of the eager engine', async () => {
      const engines = [await createOnnxEngine(), await createEagerEngine({ backend: 'cpu' })];
      try {
        await agreement(...engines, 1e-5, stepWith(objective));
      } finally {
        await Promise.all(engines.map((engine) => engine.dispose()));
      }
    });
  });
}

describe('jensenShannon', () => {
  it('matches a value worked out by hand', () => {
    // p_T = (3/4, 1/4) and p_S = (1/4, 3/4) have the mean m = (1/2, 1/2); by symmetry both divergences are
    // 3/4 ln(3/2) + 1/4 ln(1/2).
    const loss = jensenShannon(tf.tensor2d([[0, Math.log(3)]]), tf.tensor2d([[Math.log(3), 0]]), {
      beta: 0.5,
    });
    const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    assert.ok(Math.abs(loss.arraySync() - expected) < 1e-6, `${loss.arraySync()}, not ${expected}`);
  });

  it('is 0 at identity, also in its gradient', () => {
    const logits = tf.tensor2d([[1, -2, 0.5]]);
    const { value, grad } = tf.valueAndGrad((z) => jensenShannon(z, logits, { beta: 0.5 }))(logits);
    assert.ok(Math.abs(value.arraySync()) < 1e-6);
    assert.ok(tf.max(tf.abs(grad)).arraySync() < 1e-6);
  });

  it('is ln 2 where the two exclude each other', () => {
    const loss = jensenShannon(tf.tensor2d([[60, -60]]), tf.tensor2d([[-60, 60]]), { beta: 0.5 });
    assert.ok(Math.abs(loss.arraySync() - Math.LN2) < 1e-6);
  });
});

it('refuses a beta that leaves one of the two out', async () => {
  await assert.rejects(registry.create('objective', { use: 'jensen-shannon', beta: 1 }), /beta/);
});

/** A training step of a linear classifier under the objective. */
function stepWith(objective) {
  const values = Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));
  return {
    program: ({ weight }, { x, teacher }) => ({
      loss: objective.loss({ student: tf.matMul(x, weight), teacher }),
      outputs: {},
    }),
    weights: { weight: { dtype: 'float32', shape: [4, 3], data: values } },
    inputs: {
      x: { dtype: 'float32', shape: [3, 4], data: values.map((value) => 2 * value - 0.3) },
      teacher: { dtype: 'float32', shape: [3, 3], data: values.slice(0, 9).reverse() },
    },
  };
}
