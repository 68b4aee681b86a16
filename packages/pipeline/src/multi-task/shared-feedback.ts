import type { Engine, HostTensors, Weights } from '@distiller/core';
import { pairFeedback } from '../pair-feedback.js';
import { addScope, selectScope } from '../parameter-scope.js';
import type { StepFeedback } from '../step-feedback.js';
import type { StudentProgram } from '../student-program.js';
import { markedTask } from './shared-program.js';
import { taskView } from './shared-weights.js';

/** A task's program, the names of whose terms no other task has. */
interface FeedbackMember {
  readonly name: string;
  readonly program: StudentProgram;
}

/** The host's side of matchings that weigh their pairs, of each task for itself; undefined when no task has one. */
export function sharedFeedback(
  members: readonly FeedbackMember[],
  engine: Engine,
): StepFeedback | undefined {
  const opened = members.map((member) => ({
    ...member,
    feedback: pairFeedback(member.program, engine),
  }));
  if (opened.every(({ feedback }) => !feedback)) return undefined;
  return {
    async inputs(inputs, weights) {
      const { name, feedback } = markedTask(opened, inputs);
      return (await feedback?.inputs(inputs, taskView(name, weights) as Weights)) ?? {};
    },
    observe(outputs) {
      for (const { program, feedback } of opened) {
        const isOurs = program.matched.some(({ term }) => `pairs/${term.name}` in outputs);
        if (isOurs) feedback?.observe(outputs);
      }
    },
    snapshot: () =>
      Object.assign(
        {},
        ...opened.map(({ name, feedback }) => addScope(name, feedback?.snapshot() ?? {})),
      ) as HostTensors,
    restore(state) {
      for (const { name, feedback } of opened) feedback?.restore(selectScope(name, state));
    },
    async dispose() {
      for (const { feedback } of opened) await feedback?.dispose();
    },
  };
}
