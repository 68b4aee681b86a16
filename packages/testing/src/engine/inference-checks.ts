import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { DistillerError, type HostTensors, type Program, type Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { assertClose } from './assert-close.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { floats, integers, parameter } from './host-arrays.js';
import { reference, combine, matMul, transpose } from './reference-array.js';
import { regression, smallBatch, smallWeights } from './small-program.js';

function expectedPrediction(weights: Weights, batch: HostTensors): Float64Array {
  const of = (tensors: HostTensors, name: string) => {
    const { shape, data } = tensors[name] as HostTensors[string];
    return reference(shape, data);
  };
  const product = matMul(of(batch, 'x'), transpose(of(weights, 'weight'), [1, 0]));
  return combine(product, of(weights, 'bias'), (a, b) => a + b).data;
}

/** Running a program forward. */
export const inferenceChecks: readonly Check<EngineSubject>[] = [
  {
    name: 'has a name that says what computes, such as tfjs/wasm',
    run: (subject) =>
      withEngine(subject, async (engine) => match(engine.name, /^[a-z0-9-]+\/[a-z0-9-]+$/)),
  },
  {
    name: 'returns the loss among the outputs',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const batch = smallBatch(2);
        const inference = await engine.inference(regression, smallWeights());
        const { loss, prediction } = await inference.run(batch);
        const expected = expectedPrediction(smallWeights(), batch);
        const errors = expected.map((value, i) => (value - (batch['y']?.data[i] ?? NaN)) ** 2);
        const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
        deepEqual(loss?.shape, []);
        assertClose('loss', loss?.data ?? [], [mean], subject.tolerance);
        assertClose('prediction', prediction?.data ?? [], expected, subject.tolerance);
        await inference.dispose();
      }),
  },
  {
    name: 'runs one program on inputs of alternating shapes',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const inference = await engine.inference(regression, smallWeights());
        for (const rows of [2, 5, 2, 1, 5]) {
          const batch = smallBatch(rows, `rows ${rows}`);
          const { prediction } = await inference.run(batch);
          const expected = expectedPrediction(smallWeights(), batch);
          deepEqual(prediction?.shape, [rows, 3]);
          assertClose(`${rows} rows`, prediction?.data ?? [], expected, subject.tolerance);
        }
        await inference.dispose();
      }),
  },
  {
    name: 'uses other weights after setWeights',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const batch = smallBatch(2);
        const inference = await engine.inference(regression, smallWeights());
        await inference.run(batch);
        inference.setWeights(smallWeights('other'));
        const { prediction } = await inference.run(batch);
        const expected = expectedPrediction(smallWeights('other'), batch);
        assertClose('prediction', prediction?.data ?? [], expected, subject.tolerance);
        await inference.dispose();
      }),
  },
  {
    name: 'refuses weights of another shape in setWeights',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const inference = await engine.inference(regression, smallWeights());
        const wrong = { ...smallWeights(), bias: parameter(reference([4], [1, 2, 3, 4])) };
        await rejects(
          async () => inference.setWeights(wrong),
          (error) => {
            equal((error as DistillerError).code, 'shape');
            match((error as Error).message, /"bias" is \[4\]/);
            return true;
          },
        );
        await inference.dispose();
      }),
  },
  {
    name: 'keeps the types of its outputs',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (params, inputs) => {
          const sum = tf.add(inputs['x'] as tf.Tensor, params['shift'] as tf.Tensor);
          const ids = inputs['ids'] as tf.Tensor;
          return { outputs: { sum, positive: tf.greater(sum, 0), ids } };
        };
        const inference = await engine.inference(program, {
          shift: parameter(reference([1], [0.5])),
        });
        const outputs = await inference.run({
          x: floats([3], [-2, 0, 1]),
          ids: integers([2], [7, -1]),
        });
        await inference.dispose();
        deepEqual(outputs, {
          sum: floats([3], [-1.5, 0.5, 1.5]),
          positive: { dtype: 'bool', shape: [3], data: Uint8Array.of(0, 1, 1) },
          ids: integers([2], [7, -1]),
        });
      }),
  },
];
