import { describe, expect, it } from '@jest/globals';
import type { Engine, Inference, Training } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { failingChecks } from '../failing-checks.js';
import type { EngineSubject } from './engine-subject.js';
import { failureChecks } from './failure-checks.js';
import { inferenceChecks } from './inference-checks.js';
import { memoryChecks } from './memory-checks.js';
import { opChecks } from './op-checks.js';
import { randomnessChecks } from './randomness-checks.js';
import { trainingChecks } from './training-checks.js';

interface Faults {
  readonly training?: (sound: Training) => Partial<Training>;
  readonly inference?: (sound: Inference) => Partial<Inference>;
  readonly engine?: (sound: Engine) => Partial<Engine>;
}

/** The eager engine with some of its methods replaced. */
function subjectWith({ training, inference, engine }: Faults): EngineSubject {
  return {
    tolerance: 1e-5,
    engine: async () => {
      const sound = await createEagerEngine({ backend: 'cpu' });
      return {
        ...sound,
        training: async (...operands) => {
          const whole = await sound.training(...operands);
          return overridden(whole, training?.(whole) ?? {});
        },
        inference: async (...operands) => {
          const whole = await sound.inference(...operands);
          return overridden(whole, inference?.(whole) ?? {});
        },
        ...engine?.(sound),
      };
    },
  };
}

function overridden<T extends object>(whole: T, faults: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in faults ? faults : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const CASES: readonly (readonly [
  fault: string,
  checks: readonly Check<EngineSubject>[],
  faults: Faults,
  broken: readonly RegExp[],
])[] = [
  ['has no fault', [...inferenceChecks, ...trainingChecks, ...randomnessChecks], {}, []],
  [
    'scales gradients by 1.0001',
    opChecks.filter(({ name }) => /computes (layerNorm|gelu|exp) /.test(name)),
    {
      training: (sound) => ({
        gradients: async (inputs, at) => {
          const result = await sound.gradients(inputs, at);
          for (const { data } of Object.values(result.gradients)) {
            data.forEach((value, i) => (data[i] = value * 1.0001));
          }
          return result;
        },
      }),
    },
    [/exp/, /gelu/, /layerNorm/],
  ],
  [
    'adds micro-batches instead of averaging them',
    trainingChecks,
    {
      training: (sound) => ({
        step: (batches, options) =>
          sound.step(batches, { ...options, learningRate: options.learningRate * batches.length }),
      }),
    },
    [/^adds up micro-batches/],
  ],
  [
    'hands out its live weights as a snapshot',
    trainingChecks,
    {
      training: (sound) => ({
        snapshot: async () => ({ ...(await sound.snapshot()), weights: await sound.weights() }),
      }),
    },
    [/^continues from a snapshot/],
  ],
  [
    'forgets the optimizer in restore',
    trainingChecks,
    {
      training: (sound) => ({
        restore: async ({ weights }) => {
          const { optimizer } = await sound.snapshot();
          await sound.restore({ weights, optimizer });
        },
      }),
    },
    [/^continues from a snapshot/],
  ],
  [
    'omits gradients that are zero',
    trainingChecks,
    {
      training: (sound) => ({
        gradients: async (inputs, at) => {
          const result = await sound.gradients(inputs, at);
          const { weight, bias } = result.gradients;
          return { ...result, gradients: { ...(weight && { weight }), ...(bias && { bias }) } };
        },
      }),
    },
    [/^gives zeros for a parameter/],
  ],
  [
    'updates in gradients()',
    trainingChecks,
    {
      training: (sound) => ({
        gradients: async (inputs, at) => {
          const result = await sound.gradients(inputs, at);
          await sound.step([inputs], { ...at, learningRate: 0.1 });
          return result;
        },
      }),
    },
    [/^lowers a loss/, /^computes gradients without an update/],
  ],
  [
    'gives outputs that alias the weights',
    trainingChecks,
    {
      training: (sound) => ({
        step: async (batches, options) => {
          const result = await sound.step(batches, options);
          if (!('weight' in result.outputs)) return result;
          const { weight } = await sound.weights();
          return { ...result, outputs: { ...result.outputs, ...(weight && { weight }) } };
        },
      }),
    },
    [/^gives outputs that later steps leave alone/],
  ],
  [
    'freezes its random numbers at the first step',
    randomnessChecks,
    {
      training: (sound) => ({
        gradients: (inputs, at) => sound.gradients(inputs, { ...at, step: 0 }),
        step: (batches, options) => sound.step(batches.slice(0, 1), options),
      }),
    },
    [/^draws the numbers/, /^gives each micro-batch/, /^sends the gradient/],
  ],
  [
    'ignores setWeights',
    inferenceChecks,
    { inference: () => ({ setWeights: () => undefined }) },
    [/^uses other weights/, /^refuses weights of another shape/],
  ],
  [
    'runs every batch in the shape of the first',
    inferenceChecks,
    {
      inference: (sound) => {
        let first: Parameters<Inference['run']>[0] | undefined;
        return { run: (inputs) => sound.run((first ??= inputs)) };
      },
    },
    [/^runs one program on inputs of alternating shapes/],
  ],
  [
    'takes a loss that is not a number for zero',
    failureChecks,
    {
      training: (sound) => ({
        step: (batches, options) =>
          sound.step(batches, options).catch(() => ({ loss: 0, outputs: {}, gradientNorm: 0 })),
      }),
    },
    [/^names the step of a loss/, /^names the step of a gradient/, /^names an input/],
  ],
  [
    'throws plain errors',
    failureChecks,
    {
      inference: (sound) => ({
        run: (inputs) =>
          sound.run(inputs).catch((error) => {
            throw new Error(String(error));
          }),
      }),
    },
    [/^names an input/, /^names the owner/, /^refuses work after dispose/],
  ],
  [
    'leaks a tensor a step',
    memoryChecks,
    {
      training: (sound) => ({
        step: (batches, options) => {
          tf.keep(tf.scalar(options.step));
          return sound.step(batches, options);
        },
      }),
    },
    [/^keeps the number of tensors flat/, /^frees every tensor/],
  ],
  [
    'disposes of nothing',
    [...memoryChecks, ...failureChecks],
    { training: () => ({ dispose: async () => undefined }) },
    [/^frees every tensor/, /^refuses work after dispose/],
  ],
];

describe('the conformance kit of engines', () => {
  it.each(CASES)('sees an engine that %s', async (_, checks, faults, broken) => {
    const failing = await failingChecks(checks, subjectWith(faults));
    expect(failing).toEqual(broken.map((name) => expect.stringMatching(name)));
  });
});
