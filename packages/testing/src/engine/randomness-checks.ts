import { deepEqual, notDeepEqual, ok, rejects } from 'node:assert/strict';
import { DistillerError, type HostTensor, type Program, type StepPoint } from '@distiller/core';
import { drawUniform, dropout } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { floats } from './host-arrays.js';
import { momentum } from './momentum.js';

const [ROWS, COLUMNS, RATE] = [6, 5, 0.3];
const ONES = { x: floats([2, 3, COLUMNS], Array<number>(ROWS * COLUMNS).fill(1)) };
const WEIGHTS = {
  scale: floats([1], [1]) as HostTensor & { dtype: 'float32'; data: Float32Array },
};

/** Two sites of dropout over the input, and the plain random numbers of a third. */
const program: Program = (params, inputs, context) => {
  const x = tf.mul(inputs['x'] as tf.Tensor, params['scale'] as tf.Tensor);
  const first = dropout(x, RATE, 'first', context);
  const second = dropout(x, RATE, 'second', context);
  const drawn = context.training ? { drawn: context.uniform('drawn', [4]) } : {};
  return { loss: tf.mean(tf.add(first, second)), outputs: { first, second, ...drawn } };
};

/** What dropout of ones must give: 0, or 1/(1 − rate). */
function expectedMask(at: StepPoint, microBatch: number, site: string): number[] {
  const r = drawUniform(at, microBatch, `${site}/rows`, ROWS);
  const c = drawUniform(at, microBatch, `${site}/columns`, COLUMNS);
  const threshold = Math.fround(RATE);
  return [...r].flatMap((row) =>
    [...c].map((column) =>
      (Math.floor(row * 256) / 256 + column) % 1 >= threshold ? 1 / (1 - RATE) : 0,
    ),
  );
}

function assertMask(what: string, actual: HostTensor | undefined, expected: readonly number[]) {
  const difference = expected.map((value, i) => Math.abs(value - (actual?.data[i] ?? NaN)));
  ok(
    difference.every((gap) => gap < 1e-6),
    `${what}: the mask is not the one that drawUniform gives.`,
  );
}

/** Randomness that is a function of seed, step, micro-batch and site, the same on every engine. */
export const randomnessChecks: readonly Check<EngineSubject>[] = [
  {
    name: 'draws the numbers of drawUniform in every step, though it may compile once',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(program, WEIGHTS, momentum);
        for (const at of [
          { seed: 3, step: 0 },
          { seed: 3, step: 1 },
          { seed: 4_000_000_000, step: 1 },
          { seed: 3, step: 0 },
        ]) {
          const { outputs } = await training.gradients(ONES, at);
          assertMask(
            `${JSON.stringify(at)}, first`,
            outputs['first'],
            expectedMask(at, 0, 'first'),
          );
          assertMask(
            `${JSON.stringify(at)}, second`,
            outputs['second'],
            expectedMask(at, 0, 'second'),
          );
          deepEqual(
            [...(outputs['drawn']?.data ?? [])],
            [...drawUniform(at, 0, 'drawn', 4)],
            'uniform() itself',
          );
        }
        await training.dispose();
      }),
  },
  {
    name: 'gives each micro-batch numbers of its own',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const at = { seed: 3, step: 7 };
        const training = await engine.training(program, WEIGHTS, momentum);
        const { outputs } = await training.step([ONES, ONES], { ...at, learningRate: 0 });
        assertMask('micro-batch 1', outputs['first'], expectedMask(at, 1, 'first'));
        notDeepEqual(expectedMask(at, 1, 'first'), expectedMask(at, 0, 'first'));
        await training.dispose();
      }),
  },
  {
    name: 'sends the gradient through the same mask',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const at = { seed: 5, step: 2 };
        const training = await engine.training(program, WEIGHTS, momentum);
        const { gradients } = await training.gradients(ONES, at);
        // d/dscale of the mean of (mask₁ + mask₂) · scale
        const masks = [...expectedMask(at, 0, 'first'), ...expectedMask(at, 0, 'second')];
        const expected = masks.reduce((sum, value) => sum + value, 0) / (ROWS * COLUMNS);
        const actual = gradients['scale']?.data[0] ?? NaN;
        ok(Math.abs(actual - expected) < 1e-5, `It is ${actual}; expected ${expected}.`);
        await training.dispose();
      }),
  },
  {
    name: 'drops nothing outside training',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const inference = await engine.inference(program, WEIGHTS);
        const { first } = await inference.run(ONES);
        deepEqual([...(first?.data ?? [])], [...ONES.x.data]);
        await inference.dispose();
      }),
  },
  {
    name: 'refuses a random site that is used twice',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const twice: Program = (params, inputs, context) => {
          const noise = tf.add(context.uniform('noise', [1]), context.uniform('noise', [1]));
          return { loss: tf.sum(tf.mul(noise, params['scale'] as tf.Tensor)), outputs: {} };
        };
        const attempt = async () => {
          const training = await engine.training(twice, WEIGHTS, momentum);
          await training.gradients(ONES, { seed: 1, step: 0 });
        };
        await rejects(attempt, (error) => {
          ok(error instanceof DistillerError, `${error} is no DistillerError.`);
          ok(/"noise" was used twice/.test(error.message), error.message);
          return true;
        });
      }),
  },
];
