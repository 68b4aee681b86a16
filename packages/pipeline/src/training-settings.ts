import { z } from 'zod';
import type { Registry } from '@distiller/core';

/** What the training of a model is told beside its optimizer and its schedule. */
export const trainingNumbers = z.strictObject({
  epochs: z
    .number()
    .positive()
    .default(3)
    .describe('Passes over the training texts; may be a fraction.'),
  maxSteps: z
    .int()
    .positive()
    .optional()
    .describe('Stop after this many optimizer steps even if epochs are left.'),
  maxExamples: z
    .int()
    .positive()
    .optional()
    .describe(
      'Learn from this many labelled examples, drawn class by class and the same for every seed; by default from all.',
    ),
  batchSize: z.int().positive().default(32).describe('Examples in a micro-batch.'),
  tokenBudget: z
    .int()
    .positive()
    .optional()
    .describe('Padded tokens in a micro-batch at most: long texts come in smaller batches.'),
  lengths: z
    .array(z.int().positive())
    .min(1)
    .optional()
    .describe(
      'Lengths to which batches are padded. More of them waste less work on padding and compile more graphs.',
    ),
  accumulate: z
    .int()
    .positive()
    .default(1)
    .describe('Micro-batches whose mean gradient makes one step.'),
  maxLength: z
    .int()
    .min(3)
    .default(128)
    .describe('Longest input in tokens; longer texts are truncated.'),
  learningRate: z
    .number()
    .positive()
    .default(5e-5)
    .describe('Peak learning rate, before the schedule scales it.'),
  evaluateEvery: z
    .int()
    .positive()
    .optional()
    .describe('Steps between evaluations; by default once an epoch.'),
  patience: z
    .int()
    .positive()
    .optional()
    .describe(
      'Stop after this many evaluations without a better score; by default train to the end.',
    ),
  checkpointEvery: z.int().positive().default(200).describe('Steps between checkpoints.'),
  keepCheckpoints: z.int().positive().default(2).describe('Checkpoints kept on disk.'),
  logEvery: z.int().positive().default(10).describe('Steps between lines in metrics.jsonl.'),
});

/** The `training` block of a recipe. */
export function trainingSettings(registry: Registry) {
  return z
    .strictObject({
      ...trainingNumbers.shape,
      optimizer: registry.slot('optimizer').prefault({ use: 'adamw' }).describe('Update rule.'),
      schedule: registry
        .slot('schedule')
        .prefault({ use: 'linear' })
        .describe('Learning rate over the steps.'),
    })
    .prefault({});
}

/** Every number, defaults filled in. */
export type TrainingNumbers = Readonly<z.output<typeof trainingNumbers>>;
/** Every number optional. */
export type TrainingOptions = Readonly<z.input<typeof trainingNumbers>>;
export type TrainingSettings = z.output<ReturnType<typeof trainingSettings>>;
