import { DistillerError, validateRecipe } from '@distiller/core';
import { adamw, linearSchedule } from '@distiller/engine';
import { assertObjectivesSuit, assertTeacherSuits } from './assert-suits.js';
import {
  assertAugmentationSuits,
  completeAugmentation,
} from './augmentation/complete-augmentation.js';
import type { Distillation, DistillationParts } from './distillation.js';
import { limitedTask } from './limited-task.js';
import { assertMixupSuits } from './mixup/assert-mixup-suits.js';
import { mixupSettings } from './mixup/mixup-settings.js';
import { trainingNumbers } from './training-settings.js';

/**
 * A pipeline with its gaps filled as in a recipe, and checked.
 *
 * @throws DistillerError `config` when a number of the training is out of its range or the parts don't fit together.
 */
export function completeDistillation(parts: DistillationParts): Distillation {
  const { optimizer = adamw(), schedule = linearSchedule(), ...numbers } = parts.training ?? {};
  const { augmentation, mixup, ...others } = parts;
  const checked = validateRecipe(trainingNumbers, numbers, 'training');
  const whole: Distillation = {
    ...others,
    task: limitedTask(parts.task, checked),
    name: parts.name ?? 'distillation',
    seed: parts.seed ?? 1,
    objectives: (parts.objectives ?? []).map((term) => ({ weight: 1, ...term })),
    intermediate: (parts.intermediate ?? []).map((term) => ({ weight: 1, reduce: 'sum', ...term })),
    training: { ...checked, optimizer, schedule },
    ...(augmentation && { augmentation: completeAugmentation(augmentation) }),
    ...(mixup && { mixup: validateRecipe(mixupSettings, mixup, 'mixup') }),
  };
  assertObjectivesSuit(whole.objectives, whole.intermediate, whole.task);
  assertDistinctNames([...whole.objectives, ...whole.intermediate]);
  assertTeacherSuits(whole.teacher, whole.task);
  if (whole.augmentation) assertAugmentationSuits(whole.augmentation, whole.training, whole.task);
  if (whole.mixup) assertMixupSuits(whole.task, whole.teacher);
  return whole;
}

function assertDistinctNames(terms: readonly { readonly name: string }[]): void {
  const names = terms.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new DistillerError(
      'config',
      `Two objectives are called "${twice}"; give each a name of its own, under which its loss is logged.`,
    );
}
