import { DistillerError } from '@distiller/core';
import { completeDistillation } from '../complete-distillation.js';
import type { Distillation, DistillationParts } from '../distillation.js';

/** A task of several, with its own teacher and objectives. */
export type MultiTaskMember<Parts> = Parts & {
  /** Names its folder, its scores and its losses; no two tasks have the same. */
  readonly name: string;
};

/** What every task of a multi-task distillation has in common. */
type Common = 'engine' | 'student' | 'seed' | 'training' | 'augmentation' | 'mixup';

/** A distillation of several tasks into one student whose parts are made. */
export interface MultiTask extends Pick<Distillation, 'name' | 'engine' | 'seed' | 'training'> {
  /** τ in [0, 1]: a batch is of task t with a probability proportional to the number of its training texts to this power. */
  readonly exponent: number;
  /** Parts of each task; engine, student, seed and training are those of all. */
  readonly tasks: readonly MultiTaskMember<Distillation>[];
}

/** A distillation of several tasks as code composes it: what is left out has the default of a recipe. */
export interface MultiTaskParts extends Pick<DistillationParts, Common | 'name'> {
  /** Default 0.5. */
  readonly exponent?: number;
  readonly tasks: readonly MultiTaskMember<Omit<DistillationParts, Common>>[];
}

/** What a task may be called: the name of a folder. */
export const TASK_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** What the probabilities of tasks are proportional to, unless told otherwise: the root of their sizes. */
export const DEFAULT_EXPONENT = 0.5;

/**
 * Fills gaps as in a recipe and checks every task as a distillation of its own.
 *
 * @throws DistillerError `config` naming the task whose parts don't fit together.
 */
export function completeMultiTask(parts: MultiTaskParts): MultiTask {
  const { tasks, exponent = DEFAULT_EXPONENT, name = 'multi-task', ...common } = parts;
  if (!(exponent >= 0 && exponent <= 1))
    throw new DistillerError('config', `exponent is ${exponent}; expected a number from 0 to 1.`);
  if (tasks.length < 2)
    throw new DistillerError(
      'config',
      `There is ${tasks.length === 1 ? 'one task' : 'no task'}; a multi-task distillation has two or more.`,
    );
  assertTaskNames(tasks.map((task) => task.name));
  const members = tasks.map(({ name: task, ...own }) => {
    const whole = inTask(task, () => completeDistillation({ ...common, ...own }));
    return { ...namedTerms(task, whole), name: task };
  });
  const [{ engine, seed, training }] = members as [MultiTask['tasks'][number]];
  return { name, engine, seed, training, exponent, tasks: members };
}

/** The same with the task before the names of its terms, so that no two tasks log under one name. */
export function namedTerms<Parts extends Pick<Distillation, 'objectives' | 'intermediate'>>(
  task: string,
  parts: Parts,
): Parts {
  const named = <Term extends { readonly name: string }>(term: Term): Term => ({
    ...term,
    name: `${task}/${term.name}`,
  });
  return {
    ...parts,
    objectives: parts.objectives.map(named),
    intermediate: parts.intermediate.map(named),
  };
}

/** @throws DistillerError `config` for names that are no folder's or that repeat. */
function assertTaskNames(names: readonly string[]): void {
  const bad = names.find((name, index) => !TASK_NAME.test(name) || names.indexOf(name) < index);
  if (bad === undefined) return;
  throw new DistillerError(
    'config',
    `A task is called "${bad}"; names are letters, digits, dots, dashes and underscores, and no two are the same.`,
  );
}

/** Says whose the trouble is. */
export function inTask<T>(task: string, body: () => T): T {
  try {
    const result = body();
    return result instanceof Promise
      ? (result.catch((error: unknown) => {
          throw ofTask(task, error);
        }) as T)
      : result;
  } catch (error) {
    throw ofTask(task, error);
  }
}

function ofTask(task: string, error: unknown): unknown {
  if (!(error instanceof DistillerError) || error.code === 'cancelled') return error;
  return new DistillerError(error.code, `Task ${task}: ${error.message}`, { cause: error });
}
