import { createRng, type Objective, type TextModel } from '@distiller/core';
import type { Distillation } from './distillation.js';
import { studentProgram, type StudentProgram } from './student-program.js';

/** What is logged of a training without a teacher. */
export const LABEL_TERM = 'hard-label';

/** The training of a student that has no teacher. @param name under which its loss is logged. */
export function labelsProgram(
  model: TextModel,
  { task, seed }: Pick<Distillation, 'task' | 'seed'>,
  objective: Objective,
  name = LABEL_TERM,
): StudentProgram {
  return studentProgram({
    model,
    kind: task.kind,
    objectives: [{ name, weight: 1, objective }],
    intermediate: [],
    rng: createRng(seed),
  });
}
