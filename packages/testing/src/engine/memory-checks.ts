import { equal, rejects } from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { floats } from './host-arrays.js';
import { momentum } from './momentum.js';
import { noisyRegression, smallBatch, smallWeights } from './small-program.js';

const STEPS = 300;

/** Nothing piles up and nothing stays behind. */
export const memoryChecks: readonly Check<EngineSubject>[] = [
  {
    name: `keeps the number of tensors flat over ${STEPS} steps`,
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(noisyRegression, smallWeights(), momentum);
        const inference = await engine.inference(noisyRegression, smallWeights());
        const batches = [smallBatch(2), smallBatch(4)];
        const work = async (from: number, to: number) => {
          for (let step = from; step < to; step++) {
            await training.step(batches, { seed: 1, step, learningRate: 1e-3 });
            await inference.run(smallBatch(2));
          }
        };
        await work(0, 3);
        const { numTensors, numBytes } = tf.memory();
        await work(3, STEPS);
        equal(tf.memory().numTensors, numTensors, 'tensors');
        equal(tf.memory().numBytes, numBytes, 'bytes');
        await training.dispose();
        await inference.dispose();
      }),
  },
  {
    name: 'frees every tensor on dispose',
    run: async (subject) => {
      await withEngine(subject, async () => undefined); // settles what tfjs makes once
      const { numTensors } = tf.memory();
      await withEngine(subject, async (engine) => {
        const training = await engine.training(noisyRegression, smallWeights(), momentum);
        const inference = await engine.inference(noisyRegression, smallWeights());
        await training.step([smallBatch(2)], { seed: 1, step: 0, learningRate: 0.1 });
        await training.gradients(smallBatch(3), { seed: 1, step: 0 });
        await inference.run(smallBatch(2));
        await training.dispose();
        await inference.dispose();
      });
      equal(tf.memory().numTensors, numTensors);
    },
  },
  {
    name: 'leaves no tensor behind when a program fails',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(noisyRegression, smallWeights(), momentum);
        await training.gradients(smallBatch(2), { seed: 1, step: 0 });
        const narrow = { ...smallBatch(2), y: floats([2, 2], [1, 2, 3, 4]) };
        const attempt = () => training.gradients(narrow, { seed: 1, step: 0 });
        await rejects(attempt);
        const { numTensors } = tf.memory();
        for (let i = 0; i < 5; i++) await rejects(attempt);
        equal(tf.memory().numTensors, numTensors);
        await training.dispose();
      }),
  },
  {
    name: 'leaves the current tfjs backend as it was',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const former = tf.getBackend();
        const training = await engine.training(noisyRegression, smallWeights(), momentum);
        await training.step([smallBatch(2)], { seed: 1, step: 0, learningRate: 0.1 });
        equal(tf.getBackend(), former);
        await training.dispose();
      }),
  },
];
