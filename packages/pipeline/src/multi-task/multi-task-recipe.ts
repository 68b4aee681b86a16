import { z } from 'zod';
import type { Registry } from '@distiller/core';
import { distillRecipe, intermediateList, objectiveList, type DistillRecipe } from '../recipe.js';
import { DEFAULT_EXPONENT, TASK_NAME } from './multi-task.js';

/**
 * Schema of a recipe with several tasks for `distiller run`: that of one task, but `task` gives way to `tasks`, of which each may have a
 * teacher and objectives of its own instead of those that are given for all.
 */
export function multiTaskRecipe(registry: Registry) {
  const { task, teacher, objectives, intermediate, name, ...common } =
    distillRecipe(registry).shape;
  const member = z.strictObject({
    name: z
      .string()
      .regex(TASK_NAME, 'names a folder: letters, digits, dots, dashes and underscores')
      .describe('Names its student’s folder, its scores and its losses.'),
    task,
    teacher: teacher.optional().describe('The model to learn this task from; default that of all.'),
    objectives: objectiveList(registry)
      .optional()
      .describe('Losses on the predictions; default those of all.'),
    intermediate: intermediateList(registry)
      .optional()
      .describe('Losses on intermediate representations; default those of all.'),
  });
  return z
    .strictObject({
      ...common,
      name: name.removeDefault().default('multi-task'),
      tasks: z
        .array(member)
        .min(2)
        .describe('The tasks, two or more; the encoder starts as the first one’s would.'),
      sampling: z
        .strictObject({
          exponent: z
            .number()
            .min(0)
            .max(1)
            .default(DEFAULT_EXPONENT)
            .describe(
              'τ: a batch is of a task with a probability proportional to the number of its training texts to this power.',
            ),
        })
        .prefault({})
        .describe('How often each task comes.'),
      teacher: teacher.optional().describe('The model to learn from where a task names none.'),
      objectives,
      intermediate,
    })
    .superRefine(({ tasks, teacher: shared }, context) => {
      tasks.forEach((own, index) => {
        if (tasks.findIndex((other) => other.name === own.name) < index)
          context.addIssue({
            code: 'custom',
            path: ['tasks', index, 'name'],
            message: `another task is called "${own.name}" already`,
          });
        if (!own.teacher && !shared)
          context.addIssue({
            code: 'custom',
            path: ['tasks', index, 'teacher'],
            message: 'is missing; name one here, or one for all tasks at the top',
          });
      });
    });
}

export type MultiTaskRecipe = z.output<ReturnType<typeof multiTaskRecipe>>;

/** The recipe of each task, as if it were the only one. */
export function recipesOf(recipe: MultiTaskRecipe): (DistillRecipe & { readonly name: string })[] {
  const { tasks, sampling: _, teacher, objectives, intermediate, ...common } = recipe;
  return tasks.map((own) => ({
    ...common,
    name: own.name,
    task: own.task,
    teacher: (own.teacher ?? teacher) as DistillRecipe['teacher'],
    objectives: own.objectives ?? objectives,
    intermediate: own.intermediate ?? intermediate,
  }));
}
