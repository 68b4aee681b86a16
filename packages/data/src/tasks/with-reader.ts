import type { Task } from '@distiller/core';

/** The same task with other texts. Members are named one by one: a task may be an object of a class. */
export function withReader(task: Task, { splits, read }: Pick<Task, 'splits' | 'read'>): Task {
  const { name, kind, arity, labels, activation, outputs, metrics, selects, windows } = task;
  return {
    name,
    kind,
    arity,
    labels,
    activation,
    outputs,
    metrics,
    selects,
    ...(windows && { windows }),
    evaluation: () => task.evaluation(),
    splits,
    read,
  };
}
