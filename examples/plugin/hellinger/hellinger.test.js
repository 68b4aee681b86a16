import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { agreement, objectiveChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import plugin from './index.js';
import { hellinger } from './hellinger.js';

await tf.setBackend('cpu');
const registry = new Registry().use(plugin);

for (const temperature of [1, 3]) {
  const objective = await registry.create('objective', { use: 'hellinger', temperature });

  describe(`hellinger at temperature ${temperature}`, () => {
    for (const check of objectiveChecks) {
      it(check.name, () => check.run({ objective, kind: 'classification' }));
      it(`${check.name}, for spans`, () => check.run({ objective, kind: 'span' }));
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

describe('hellinger', () => {
  const plain = { temperature: 1 };

  it('matches a value worked out by hand', () => {
    // p_T = (9/10, 1/10) and p_S = (1/10, 9/10): √(p_S · p_T) is 3/10 for both classes, and 1 − 6/10 is left.
    const [student, teacher] = [tf.tensor2d([[0, Math.log(9)]]), tf.tensor2d([[Math.log(9), 0]])];
    const loss = hellinger(student, teacher, plain).arraySync();
    assert.ok(Math.abs(loss - 0.4) < 1e-6, `${loss}, not 0.4`);
    const softened = hellinger(tf.mul(student, 2), tf.mul(teacher, 2), { temperature: 2 });
    assert.ok(Math.abs(softened.arraySync() - 0.4) < 1e-6);
  });

  it('is 0 at identity, also in its gradient', () => {
    const logits = tf.tensor2d([[1, -2, 0.5]]);
    const { value, grad } = tf.valueAndGrad((z) => hellinger(z, logits, plain))(logits);
    assert.ok(Math.abs(value.arraySync()) < 1e-6);
    assert.ok(tf.max(tf.abs(grad)).arraySync() < 1e-6);
  });

  it('is 1 where the two exclude each other', () => {
    const loss = hellinger(tf.tensor2d([[60, -60]]), tf.tensor2d([[-60, 60]]), plain);
    assert.ok(Math.abs(loss.arraySync() - 1) < 1e-6);
  });
});

it('refuses a temperature that divides by zero', async () => {
  const choice = { use: 'hellinger', temperature: 0 };
  await assert.rejects(registry.create('objective', choice), /temperature/);
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
