import type { Example, Split, Student, Task } from '@distiller/core';
import { withReader } from '@distiller/data';

/** Splits that students are made from: tokenizers are learnt from them, and vocabularies pruned to them. */
const LEARNT_FROM: readonly Split[] = ['train', 'transfer'];

/** A student that is built for one of several tasks, but sees the texts of all, so that every task gets the same tokenizer. */
export function studentForAll(student: Student, tasks: readonly Task[]): Student {
  return {
    build: (request) => student.build({ ...request, task: withTextsOfAll(request.task, tasks) }),
  };
}

function withTextsOfAll(task: Task, tasks: readonly Task[]): Task {
  return withReader(task, {
    splits: LEARNT_FROM.filter((split) => tasks.some(({ splits }) => splits.includes(split))),
    read: (split) => readAll(tasks, split),
  });
}

async function* readAll(tasks: readonly Task[], split: Split): AsyncIterable<Example> {
  for (const task of tasks) if (task.splits.includes(split)) yield* task.read(split);
}
