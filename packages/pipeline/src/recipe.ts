import { z } from 'zod';
import type { Registry } from '@distiller/core';
import { augmentationSettings } from './augmentation/augmentation-settings.js';
import { mixupSettings } from './mixup/mixup-settings.js';
import { trainingSettings } from './training-settings.js';

const seed = z
  .int()
  .min(0)
  .max(0xffff_ffff)
  .default(1)
  .describe('Decides initial weights, data order and dropout: equal seeds give equal bytes.');
const plugins = z
  .array(z.string())
  .default([])
  .describe('Plugins to load: npm package names, or paths from this file.');

function scheduleOf(registry: Registry) {
  return registry
    .slot('schedule')
    .optional()
    .describe('Factor on the weight over the steps; constant if left out.');
}

/** Losses on the predictions. */
export function objectiveList(registry: Registry) {
  return z.array(
    registry.slot('objective', {
      weight: z.number().positive().default(1).describe('Factor in the total loss.'),
      schedule: scheduleOf(registry),
    }),
  );
}

/** Losses on matched layers. */
export function intermediateList(registry: Registry) {
  return z.array(
    registry.slot('intermediate', {
      weight: z.number().positive().default(1).describe('Factor in the total loss.'),
      schedule: scheduleOf(registry),
      matching: registry
        .slot('matching')
        .prefault({ use: 'skip' })
        .describe('Which layers learn from which.'),
      reduce: z
        .enum(['sum', 'mean'])
        .default('sum')
        .describe(
          'Whether the losses of the matched pairs are added up, as in the paper, or averaged.',
        ),
    }),
  );
}

/** Schema of a recipe for `distiller run`. */
export function distillRecipe(registry: Registry) {
  return z.strictObject({
    name: z.string().min(1).default('distillation').describe('Shown in results.'),
    seed,
    plugins,
    engine: registry.slot('engine').prefault({ use: 'onnx' }).describe('What computes.'),
    task: registry.slot('task').describe('The data and what is asked of it.'),
    teacher: registry.slot('teacher').describe('The model to learn from.'),
    student: registry.slot('student').describe('The model to train.'),
    objectives: objectiveList(registry).default([]).describe('Losses on the predictions.'),
    intermediate: intermediateList(registry)
      .default([])
      .describe('Losses on intermediate representations.'),
    baseline: z
      .boolean()
      .default(true)
      .describe('Also train the student without the teacher, with the same steps and seed.'),
    training: trainingSettings(registry),
    augmentation: augmentationSettings(registry)
      .optional()
      .describe(
        'Rewritten versions of the labelled training texts for the student with a teacher; none if left out.',
      ),
    mixup: mixupSettings
      .optional()
      .describe(
        'Mixes the word vectors of two texts of a batch for teacher and student; off if left out.',
      ),
  });
}

/** Schema of a recipe for `distiller finetune`. */
export function finetuneRecipe(registry: Registry) {
  return z.strictObject({
    name: z.string().min(1).default('fine-tuning').describe('Shown in results.'),
    seed,
    plugins,
    engine: registry.slot('engine').prefault({ use: 'onnx' }).describe('What computes.'),
    task: registry.slot('task').describe('The data and what is asked of it.'),
    model: registry.slot('student').describe('The model to train: from a folder, or made anew.'),
    training: trainingSettings(registry),
  });
}

export type DistillRecipe = z.output<ReturnType<typeof distillRecipe>>;
export type FinetuneRecipe = z.output<ReturnType<typeof finetuneRecipe>>;
