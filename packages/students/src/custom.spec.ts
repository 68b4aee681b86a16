import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, type Engine } from '@distiller/core';
import { createEagerEngine, linear, readWords } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { studentChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { customStudent } from './custom.js';
import { defineNetwork, linearPlan } from './network.js';
import { openNetwork } from './network-architecture.js';
import { TEXTS, TOKENIZER } from './network.fixture.js';
import { tinyTask } from './tiny-task.fixture.js';

/** The mean of the word vectors and a linear classifier. */
const bagOfWords = defineNetwork({
  modelType: 'bag-of-words',
  settings: z.strictObject({ size: z.int().positive() }),
  describe: ({ settings: { size } }) => ({
    layers: 0,
    hiddenSize: size,
    heads: 1,
    provides: ['logits'] as const,
  }),
  parameters: ({ settings: { size }, vocabularySize, outputs }) => ({
    words: { shape: [vocabularySize, size], initial: { deviation: 0.1 } },
    ...linearPlan('classifier', size, outputs),
  }),
  forward(_, params, inputs) {
    const { words, mask } = readWords(params['words'] as tf.Tensor2D, inputs);
    const sum = tf.sum(tf.mul(words, tf.expandDims(mask, 2)), 1);
    const mean = tf.div(sum, tf.sum(mask, 1, true));
    const { 'classifier.weight': weight, 'classifier.bias': bias } = params;
    return { logits: linear(mean, weight as tf.Tensor, bias as tf.Tensor), mask };
  },
});

let engine: Engine;
let compiled: Engine;

beforeAll(async () => {
  engine = await createEagerEngine({ backend: 'cpu' });
  compiled = await createOnnxEngine({ threads: 1 });
});

afterAll(() => compiled.dispose());

describe('customStudent', () => {
  it.each(studentChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({
      student: customStudent({
        network: bagOfWords,
        settings: { size: 5 },
        maxLength: 30,
        tokenizer: TOKENIZER,
      }),
      request: { task: tinyTask() },
      texts: TEXTS,
      engine,
      compiled,
      open: (folder) => openNetwork(bagOfWords, folder),
    }),
  );

  it('refuses settings that the network does not take, and tasks without a head', async () => {
    expect(() => customStudent({ network: bagOfWords, settings: { size: 0 } })).toThrow(
      /student bag-of-words has a problem:\n {2}size/,
    );
    const student = customStudent({ network: bagOfWords, settings: { size: 2 } });
    const task = { ...tinyTask(), kind: 'span' as const };
    await expect(student.build({ task, rng: createRng(1) })).rejects.toThrow(
      'there is no head for span',
    );
  });
});
