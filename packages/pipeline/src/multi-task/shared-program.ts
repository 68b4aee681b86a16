import { DistillerError, type HostTensor, type HostTensors, type Program } from '@distiller/core';
import type { StudentProgram } from '../student-program.js';
import { taskView } from './shared-weights.js';

/** Never read. An engine compiles a graph for every signature of inputs, and this one's name makes a task's its own. */
const MARK: HostTensor = { dtype: 'int32', shape: [], data: Int32Array.of(0) };

/** An input that says whose batch it is. */
export function taskMark(name: string): HostTensors {
  return { [`task/${name}`]: MARK };
}

/** The task of a batch. */
export function markedTask<T extends { readonly name: string }>(
  members: readonly T[],
  inputs: Readonly<Record<string, unknown>>,
): T {
  const found = members.find(({ name }) => `task/${name}` in inputs);
  if (found) return found;
  throw new DistillerError('bug', 'A batch belongs to no task; this is a bug in the pipeline.');
}

/** Trains one student on several tasks: a batch is of one task and goes through that task's own program. */
export function sharedProgram(
  members: readonly {
    readonly name: string;
    readonly program: Pick<StudentProgram, 'program'>;
  }[],
): Program {
  return (params, inputs, context) => {
    const { name, program } = markedTask(members, inputs);
    return context.within(`task ${name}`, () =>
      program.program(taskView(name, params), inputs, context),
    );
  };
}
