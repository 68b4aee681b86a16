import { DistillerError, type Registry } from '@distiller/core';
import { z } from 'zod';

/** What augmentation is told beside its pipeline. */
export const augmentationNumbers = z.strictObject({
  copies: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Augmented versions of every example that join the originals; by default 1, or 0 where `repeated` is above 1.',
    ),
  refreshEpochs: z
    .int()
    .positive()
    .default(3)
    .describe('Epochs after which the augmented versions are made anew.'),
  repeated: z
    .int()
    .positive()
    .default(1)
    .describe('Every batch is enlarged to this many times its size by versions made for it alone.'),
});

/** The `augmentation` block of a recipe. */
export function augmentationSettings(registry: Registry) {
  return z.strictObject({
    pipeline: z
      .array(registry.slot('augmenter'))
      .min(1)
      .describe('Rewrites a text step by step, in this order.'),
    ...augmentationNumbers.shape,
    workers: z
      .int()
      .min(0)
      .default(1)
      .describe(
        'Threads that rewrite ahead of need; 0 rewrites in the main thread. The result is the same.',
      ),
  });
}

export type AugmentationOptions = Readonly<z.input<typeof augmentationNumbers>>;
export type AugmentationSettings = z.output<ReturnType<typeof augmentationSettings>>;
type Given = z.output<typeof augmentationNumbers>;

/** Every number, defaults filled in. */
export interface AugmentationNumbers extends Readonly<Omit<Given, 'copies'>> {
  readonly copies: number;
}

/** @throws DistillerError `config` when nothing would be augmented. */
export function completeNumbers(numbers: Given): AugmentationNumbers {
  const copies = numbers.copies ?? (numbers.repeated > 1 ? 0 : 1);
  if (copies === 0 && numbers.repeated === 1)
    throw new DistillerError(
      'config',
      'augmentation: copies is 0 and repeated is 1, so that nothing is augmented. Raise one of them, or leave the augmentation block out.',
    );
  return { ...numbers, copies };
}
