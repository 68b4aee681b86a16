import { DistillerError, validateRecipe, type Task } from '@distiller/core';
import type { DistillationParts, TrainingPlan } from '../distillation.js';
import type { Augmentation } from './augmentation.js';
import { augmentationNumbers, completeNumbers } from './augmentation-settings.js';

/** @throws DistillerError `config` when a number is out of its range or nothing would be augmented. */
export function completeAugmentation({
  pipeline,
  ...numbers
}: NonNullable<DistillationParts['augmentation']>): Augmentation {
  const checked = validateRecipe(augmentationNumbers, numbers, 'augmentation');
  return { pipeline, ...completeNumbers(checked) };
}

/** @throws DistillerError `config` when batches would not have the same number or size whatever the texts become. */
export function assertAugmentationSuits(
  { repeated }: Pick<Augmentation, 'repeated'>,
  { tokenBudget }: Pick<TrainingPlan, 'tokenBudget'>,
  { name, kind }: Pick<Task, 'name' | 'kind'>,
): void {
  if (repeated > 1 && kind === 'span') {
    throw new DistillerError(
      'config',
      `augmentation.repeated does not suit ${name}: a rewritten question may change into how many windows its context is cut, and so the size of a batch. Use copies.`,
    );
  }
  if (tokenBudget === undefined) return;
  throw new DistillerError(
    'config',
    'training.tokenBudget: under it the number of batches in an epoch depends on the lengths of the texts, which augmentation changes, while steps are counted before the first. Leave it out and set training.batchSize, or leave the augmentation block out.',
  );
}
