import type { Task } from '@distiller/core';
import { sampleTask } from '@distiller/data';
import type { TrainingNumbers } from './training-settings.js';

/** The task with as many training examples as its training wants. */
export function limitedTask(
  task: Task,
  { maxExamples }: Pick<TrainingNumbers, 'maxExamples'>,
): Task {
  return maxExamples === undefined ? task : sampleTask(task, maxExamples);
}
