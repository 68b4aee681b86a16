import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import type { HostTensors, Program, Training, Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { assertClose } from './assert-close.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { floats } from './host-arrays.js';
import { momentum } from './momentum.js';
import { noisyRegression, regression, smallBatch, smallWeights } from './small-program.js';

const SEED = 11;

/** A copy of weights or of an optimizer's arrays, for comparisons bit by bit. */
export function valuesOf(tensors: HostTensors): Record<string, number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]));
}

async function train(training: Training, steps: readonly number[]): Promise<number[]> {
  const losses: number[] = [];
  for (const step of steps) {
    const batches = [smallBatch(4, `train ${step}`)];
    losses.push((await training.step(batches, { seed: SEED, step, learningRate: 0.05 })).loss);
  }
  return losses;
}

function norm(gradients: Weights): number {
  const squares = Object.values(gradients).flatMap(({ data }) => [...data].map((g) => g * g));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

/** Steps, state and what callers may rely on about their arrays. */
export const trainingChecks: readonly Check<EngineSubject>[] = [
  {
    name: 'lowers a loss and reports the gradient norm',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const batch = smallBatch(6);
        const first = await training.gradients(batch, { seed: SEED, step: 0 });
        const losses: number[] = [];
        for (let step = 0; step < 12; step++) {
          const options = { seed: SEED, step, learningRate: 0.02 };
          const result = await training.step([batch], options);
          if (step === 0) {
            const what = 'gradient norm of the first step';
            assertClose(what, [result.gradientNorm], [norm(first.gradients)], subject.tolerance);
          }
          losses.push(result.loss);
        }
        assertClose('loss of gradients()', [first.loss], [losses[0] as number], subject.tolerance);
        ok((losses.at(-1) as number) < (losses[0] as number) / 2, `The losses were ${losses}.`);
        await training.dispose();
      }),
  },
  {
    name: 'gives zeros for a parameter that the loss does not depend on',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const { gradients } = await training.gradients(smallBatch(2), { seed: SEED, step: 0 });
        deepEqual([...(gradients['unused']?.data ?? [])], [0, 0]);
        deepEqual(gradients['unused']?.shape, [2]);
        await train(training, [0]);
        const { unused } = await training.weights();
        deepEqual(unused?.data, smallWeights()['unused']?.data, 'A step changed it.');
        await training.dispose();
      }),
  },
  {
    name: 'gives zeros for every parameter of a constant loss',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (_, inputs) => ({
          loss: tf.mean(inputs['x'] as tf.Tensor) as tf.Scalar,
          outputs: {},
        });
        const training = await engine.training(program, smallWeights(), momentum);
        const { gradients } = await training.gradients(smallBatch(2), { seed: SEED, step: 0 });
        equal(norm(gradients), 0);
        await training.dispose();
      }),
  },
  {
    name: 'computes gradients without an update',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        await training.gradients(smallBatch(2), { seed: SEED, step: 0 });
        deepEqual(valuesOf(await training.weights()), valuesOf(smallWeights()));
        await training.dispose();
      }),
  },
  {
    name: 'never changes the arrays of its caller',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const weights = smallWeights();
        const batch = smallBatch(2);
        const training = await engine.training(regression, weights, momentum);
        await training.step([batch], { seed: SEED, step: 0, learningRate: 0.1 });
        await training.dispose();
        deepEqual(valuesOf(weights), valuesOf(smallWeights()));
        deepEqual(valuesOf(batch), valuesOf(smallBatch(2)));
      }),
  },
  {
    name: 'gives outputs that later steps leave alone',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (params, inputs, context) => {
          const result = regression(params, inputs, context);
          const echoes = { weight: params['weight'] as tf.Tensor, x: inputs['x'] as tf.Tensor };
          return { ...result, outputs: { ...result.outputs, ...echoes } };
        };
        const training = await engine.training(program, smallWeights(), momentum);
        const batch = smallBatch(4);
        const options = { seed: SEED, step: 0, learningRate: 0.1 };
        const { outputs } = await training.step([batch], options);
        deepEqual([...(outputs['weight']?.data ?? [])], valuesOf(smallWeights())['weight']);
        deepEqual([...(outputs['x']?.data ?? [])], valuesOf(batch)['x']);
        const before = valuesOf(outputs);
        await train(training, [1, 2]);
        deepEqual(valuesOf(outputs), before);
        await training.dispose();
      }),
  },
  {
    name: 'repeats a training bit by bit',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const runs = [];
        for (let run = 0; run < 2; run++) {
          const training = await engine.training(noisyRegression, smallWeights(), momentum);
          const losses = await train(training, [0, 1, 2]);
          runs.push({ losses, ...(await training.snapshot()) });
          await training.dispose();
        }
        deepEqual(runs[0], runs[1]);
      }),
  },
  {
    name: 'adds up micro-batches to the gradient of the whole batch',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const whole = smallBatch(8);
        const part = (from: number, to: number): HostTensors =>
          Object.fromEntries(
            Object.entries(whole).map(
              ([
                name,
                {
                  shape: [, width = 1],
                  data,
                },
              ]) => [
                name,
                floats([to - from, width], [...data.subarray(from * width, to * width)]),
              ],
            ),
          );
        const results = [];
        for (const batches of [[whole], [part(0, 4), part(4, 8)]]) {
          const training = await engine.training(regression, smallWeights(), momentum);
          const options = { seed: SEED, step: 0, learningRate: 0.1 };
          const { loss, gradientNorm, outputs } = await training.step(batches, options);
          const weights = valuesOf(await training.weights());
          results.push({ figures: [loss, gradientNorm], weights, outputs });
          await training.dispose();
        }
        const [one, two] = results;
        assertClose('loss and norm', two?.figures ?? [], one?.figures ?? [], subject.tolerance);
        for (const [name, values] of Object.entries(one?.weights ?? {})) {
          assertClose(name, two?.weights[name] ?? [], values, subject.tolerance);
        }
        const { data: last = [] } = two?.outputs['prediction'] ?? {};
        const { data: all = [] } = one?.outputs['prediction'] ?? {};
        const what = 'outputs of the last micro-batch';
        assertClose(what, last, [...all].slice(12), subject.tolerance);
      }),
  },
  {
    name: 'continues from a snapshot with the same bits',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const first = await engine.training(noisyRegression, smallWeights(), momentum);
        await train(first, [0, 1]);
        const saved = await first.snapshot();
        const kept = { weights: valuesOf(saved.weights), optimizer: valuesOf(saved.optimizer) };
        const losses = await train(first, [2, 3]);
        const end = await first.snapshot();
        deepEqual(
          { weights: valuesOf(saved.weights), optimizer: valuesOf(saved.optimizer) },
          kept,
          'Later steps changed the snapshot.',
        );
        await first.dispose();

        const second = await engine.training(noisyRegression, smallWeights('other'), momentum);
        await train(second, [0]);
        await second.restore(saved);
        deepEqual(await train(second, [2, 3]), losses);
        deepEqual(await second.snapshot(), end);
        deepEqual(
          { weights: valuesOf(saved.weights), optimizer: valuesOf(saved.optimizer) },
          kept,
          'Steps after restore changed the snapshot.',
        );
        await second.dispose();
      }),
  },
  {
    name: 'feeds weights that change into the next step',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const batch = smallBatch(3);
        const predictions = [];
        for (let step = 0; step < 2; step++) {
          const options = { seed: SEED, step, learningRate: 0.1 };
          const { outputs } = await training.step([batch], options);
          predictions.push([...(outputs['prediction']?.data ?? [])]);
        }
        notDeepEqual(predictions[0], predictions[1]);
        const weights = await training.weights();
        const inference = await engine.inference(regression, weights);
        const { prediction } = await inference.run(batch);
        const options = { seed: SEED, step: 2, learningRate: 0.1 };
        const { outputs } = await training.step([batch], options);
        const expected = outputs['prediction']?.data ?? [];
        assertClose('prediction with weights()', prediction?.data ?? [], expected, 1e-6);
        await inference.dispose();
        await training.dispose();
      }),
  },
];
