import { deepEqual, ok, rejects } from 'node:assert/strict';
import { DistillerError, type ErrorCode, type Program } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { floats } from './host-arrays.js';
import { momentum } from './momentum.js';
import { regression, smallBatch, smallWeights } from './small-program.js';
import { valuesOf } from './training-checks.js';

const AT = { seed: 1, step: 12 };

async function assertFails(
  attempt: () => Promise<unknown>,
  messages: readonly RegExp[],
  code?: ErrorCode,
): Promise<void> {
  await rejects(attempt, (error) => {
    ok(error instanceof DistillerError, `${error} is no DistillerError.`);
    ok(code === undefined || error.code === code, `The code is ${error.code}, not ${code}.`);
    for (const message of messages) {
      ok(message.test(error.message), `"${error.message}" does not match ${message}.`);
    }
    return true;
  });
}

/** What goes wrong says where, and nothing is lost. */
export const failureChecks: readonly Check<EngineSubject>[] = [
  {
    name: 'names the step of a loss that is not finite and keeps the weights',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        await training.step([smallBatch(2)], { ...AT, learningRate: 0.1 });
        const before = await training.snapshot();
        const broken = { ...smallBatch(2), y: floats([2, 3], [0, 0, NaN, 0, 0, 0]) };
        const options = { ...AT, learningRate: 0.1 };
        await assertFails(
          () => training.step([smallBatch(2), broken], options),
          [/step 12/, /NaN/],
          'numeric',
        );
        const after = await training.snapshot();
        deepEqual(valuesOf(after.weights), valuesOf(before.weights));
        deepEqual(valuesOf(after.optimizer), valuesOf(before.optimizer));
        await training.dispose();
      }),
  },
  {
    name: 'names the step of a gradient that is not finite and keeps the weights',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        // √w is 0 at w = 0, where its slope is infinite.
        const program: Program = (params) => ({
          loss: tf.sum(tf.sqrt(params['w'] as tf.Tensor)) as tf.Scalar,
          outputs: {},
        });
        const w = { ...smallWeights()['bias'], data: Float32Array.of(1, 0, 4) };
        const weights = { w: w as ReturnType<typeof smallWeights>[string] };
        const training = await engine.training(program, weights, momentum);
        await assertFails(
          () => training.step([{}], { ...AT, learningRate: 0.1 }),
          [/step 12/, /gradient/],
          'numeric',
        );
        deepEqual(valuesOf(await training.weights()), { w: [1, 0, 4] });
        await training.dispose();
      }),
  },
  {
    name: 'names an input that was not given, and those that were',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const { x } = smallBatch(2);
        const batch = { x: x as NonNullable<typeof x> };
        const missing = [/input "y"/, /given: x/];
        await assertFails(async () => {
          const inference = await engine.inference(regression, smallWeights());
          await inference.run(batch);
        }, missing);
        await assertFails(async () => {
          const training = await engine.training(regression, smallWeights(), momentum);
          await training.step([batch], { ...AT, learningRate: 0.1 });
        }, missing);
      }),
  },
  {
    name: 'names the owner of an op that fails',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (params, inputs, context) =>
          context.within('encoder', () =>
            context.within('layer 3', () => {
              const wrong = tf.matMul(inputs['x'] as tf.Tensor, params['weight'] as tf.Tensor);
              return { outputs: { wrong } };
            }),
          );
        await assertFails(async () => {
          const inference = await engine.inference(program, smallWeights());
          await inference.run(smallBatch(2));
        }, [/encoder.*layer 3/]);
      }),
  },
  {
    name: 'keeps the code of an error that a component throws',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (_params, _inputs, context) =>
          context.within('objective picky', () => {
            throw new DistillerError('config', 'No such temperature.');
          });
        await assertFails(
          async () => {
            const training = await engine.training(program, smallWeights(), momentum);
            await training.gradients(smallBatch(2), AT);
          },
          [/objective picky/, /No such temperature\./],
          'config',
        );
      }),
  },
  {
    name: 'refuses to train a program without a loss',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const program: Program = (params, inputs) => ({
          outputs: { sum: tf.add(params['bias'] as tf.Tensor, inputs['y'] as tf.Tensor) },
        });
        await assertFails(
          async () => {
            const training = await engine.training(program, smallWeights(), momentum);
            await training.gradients(smallBatch(2), AT);
          },
          [/loss/],
          'unsupported',
        );
      }),
  },
  {
    name: 'works on after a program failed',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const narrow = { ...smallBatch(2), x: floats([2, 3], [1, 2, 3, 4, 5, 6]) };
        await assertFails(() => training.gradients(narrow, AT), [/./]);
        const { loss } = await training.gradients(smallBatch(2), AT);
        ok(Number.isFinite(loss));
        await training.dispose();
      }),
  },
  {
    name: 'refuses a restore from weights of other names',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const { optimizer, weights } = await training.snapshot();
        const others = Object.fromEntries(
          Object.entries(weights).filter(([name]) => name !== 'bias'),
        );
        await assertFails(
          () => training.restore({ optimizer, weights: others }),
          [/"bias"/],
          'shape',
        );
        deepEqual(valuesOf(await training.weights()), valuesOf(smallWeights()));
        await training.dispose();
      }),
  },
  {
    name: 'refuses work after dispose, and may be disposed of twice',
    run: (subject) =>
      withEngine(subject, async (engine) => {
        const training = await engine.training(regression, smallWeights(), momentum);
        const inference = await engine.inference(regression, smallWeights());
        for (const resource of [training, inference, training, inference]) {
          await resource.dispose();
        }
        await assertFails(() => inference.run(smallBatch(2)), [/disposed/], 'bug');
        await assertFails(() => training.gradients(smallBatch(2), AT), [/disposed/], 'bug');
        await assertFails(() => training.weights(), [/disposed/], 'bug');
      }),
  },
];
