import { DistillerError, type TextModel, type Weights } from '@distiller/core';
import { addScope, selectScope } from '../parameter-scope.js';
import type { StudentProgram } from '../student-program.js';

/** A task with its student and the program that trains it. */
export interface Member {
  readonly name: string;
  readonly model: TextModel;
  readonly program: Pick<StudentProgram, 'weights'>;
}

/**
 * The weights of one student for several tasks: its encoder, that of the first task, below `student/`; heads, projections and critics of a
 * task below `tasks/NAME/`, with the names that they have in the task's own program.
 */
export function sharedWeights(members: readonly Member[]): Weights {
  const [first] = members;
  return Object.assign(
    {},
    ...members.map(({ name, model, program }) => {
      const heads = new Set(model.headWeights?.map((head) => `student/${head}`));
      const [encoder, own]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
      for (const [weight, value] of Object.entries(program.weights)) {
        const isShared = weight.startsWith('student/') && !heads.has(weight);
        (isShared ? encoder : own)[weight] = value;
      }
      return { ...(name === first?.name ? encoder : {}), ...addScope(`tasks/${name}`, own) };
    }),
  ) as Weights;
}

/** What a task's own program knows of shared weights, or of tensors with their names. */
export function taskView<T>(name: string, shared: Readonly<Record<string, T>>): Record<string, T> {
  return {
    ...addScope('student', selectScope('student', shared)),
    ...selectScope(`tasks/${name}`, shared),
  };
}

/** A task's student out of shared weights. */
export function studentOf(name: string, shared: Weights): Weights {
  return selectScope('student', taskView(name, shared));
}

/** What the students are made of: projections and critics are left behind. */
export function studentsOf(members: readonly Pick<Member, 'name'>[], shared: Weights): Weights {
  return Object.assign(
    addScope('student', selectScope('student', shared)),
    ...members.map(({ name }) =>
      addScope(`tasks/${name}/student`, selectScope(`tasks/${name}/student`, shared)),
    ),
  ) as Weights;
}

/** @throws DistillerError `config` when the students of two tasks have different encoders. */
export function assertOneEncoder(members: readonly Omit<Member, 'program'>[]): void {
  const [first, ...others] = members;
  if (!first) return;
  for (const { name, model } of members) {
    if (model.headWeights) continue;
    throw new DistillerError(
      'config',
      `tasks (${name}): a ${model.description.architecture} does not tell its head from its encoder, so tasks can't share it. Use another student, such as \`bert\`.`,
    );
  }
  for (const { name, model } of others) {
    if (model.tokenizer.fingerprint !== first.model.tokenizer.fingerprint) {
      throw new DistillerError(
        'config',
        `The students of the tasks ${first.name} and ${name} have different tokenizers, but tasks share one encoder. Their teachers differ in this: set the student's tokenizer to \`{ folder: … }\`, or to \`{ train: … }\` to learn one from the texts of all tasks.`,
      );
    }
    const [a, b] = [encoderShapes(first.model), encoderShapes(model)];
    const differing = [...new Set([...a.keys(), ...b.keys()])].find(
      (weight) => a.get(weight) !== b.get(weight),
    );
    if (differing === undefined) continue;
    const say = (shape: string | undefined) => (shape === undefined ? 'missing' : `[${shape}]`);
    throw new DistillerError(
      'config',
      `The students of the tasks ${first.name} and ${name} can't share their encoder: "${differing}" is ${say(a.get(differing))} for the one and ${say(b.get(differing))} for the other. Give the student sizes of its own instead of those of its teachers.`,
    );
  }
}

function encoderShapes({ weights, headWeights }: TextModel): Map<string, string> {
  const heads = new Set(headWeights);
  return new Map(
    Object.entries(weights).flatMap(([name, { shape }]) =>
      heads.has(name) ? [] : [[name, shape.join(', ')] as const],
    ),
  );
}
