import { beforeAll, describe, expect, it } from '@jest/globals';
import type { HostTensors, Program, TextModel } from '@distiller/core';
import { createEagerEngine, sgd } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { maskedLmScores, maskedLmTraining } from './masked-lm-program.js';

beforeAll(() => tf.enableProdMode());

/** Logits that are a parameter: 2 texts, 2 places, 3 words. */
const LOGITS = [
  ...[Math.log(2), 0, 0], // ½, ¼, ¼
  ...[0, 0, 0], // ⅓ each
  ...[0, Math.log(6), 0], // ⅛, ¾, ⅛
  ...[9, 0, 0],
];
const model = {
  weights: {
    logits: { dtype: 'float32', shape: [2, 2, 3], data: Float32Array.from(LOGITS) },
  },
  forward: (params: Record<string, tf.Tensor>) => ({
    logits: tf.mul(params['logits'] as tf.Tensor, 1),
  }),
} as unknown as TextModel;

/** Words 1, 2 in the first text; word 1 and nothing in the second. */
const inputs: HostTensors = {
  hidden: { dtype: 'int32', shape: [2, 2], data: Int32Array.of(1, 2, 1, -1) },
};

describe('maskedLmTraining', () => {
  it('is the mean of −log p over what is hidden, and its gradient leaves the rest alone', async () => {
    const engine = await createEagerEngine({ backend: 'cpu' });
    const { program, weights } = maskedLmTraining(model);
    const training = await engine.training(program, weights, sgd({}));
    const { loss, gradients } = await training.gradients(inputs, { seed: 1, step: 0 });
    await training.dispose();
    await engine.dispose();
    // (ln 4 + ln 3 + ln 4/3) / 3
    expect(loss).toBeCloseTo((Math.log(4) + Math.log(3) + Math.log(4 / 3)) / 3, 6);
    const gradient = Array.from(gradients['student/logits']?.data ?? [], (value) => 3 * value);
    const expected = [0.5, -0.75, 0.25, 1 / 3, 1 / 3, -2 / 3, 0.125, -0.25, 0.125, 0, 0, 0]; // p − y
    gradient.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });
});

describe('maskedLmScores', () => {
  it('sums for each text −log p, tokens found and tokens hidden', async () => {
    const engine = await createEagerEngine({ backend: 'cpu' });
    const program: Program = maskedLmScores(model);
    const inference = await engine.inference(program, model.weights);
    const { logits } = await inference.run(inputs);
    await inference.dispose();
    await engine.dispose();
    expect(logits?.shape).toEqual([2, 3]);
    // Nothing is likelier than word 2 of three alike, nor than word 1 with ¾.
    const expected = [Math.log(12), 1, 2, Math.log(4 / 3), 1, 1];
    logits?.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });
});
