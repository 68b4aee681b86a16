import { createRng, type Example, type Split, type Task } from '@distiller/core';
import { membersByClass } from './members-by-class.js';
import { withReader } from './with-reader.js';

/**
 * The task with fewer training examples: drawn class by class where it has classes, in file order, always the same ones. A smaller
 * sample is part of a larger one, so that samples of several sizes show what more data bring.
 *
 * @param count examples; a task that has no more keeps all.
 */
export function sampleTask(task: Task, count: number): Task {
  return withReader(task, {
    splits: task.splits,
    read: (split) => (split === 'train' ? sample(task, split, count) : task.read(split)),
  });
}

async function* sample(task: Task, split: Split, count: number): AsyncIterable<Example> {
  const examples: Example[] = [];
  for await (const example of task.read(split)) examples.push(example);
  const classes = examples.map(({ label }) =>
    task.kind === 'classification' && typeof label === 'number' ? label : 0,
  );
  const taken = new Set(sampleOrder(classes).slice(0, count));
  yield* examples.filter((_, index) => taken.has(index));
}

/** Every index once, so that each beginning has the classes in about the proportions of the whole. */
function sampleOrder(classes: readonly number[]): readonly number[] {
  return membersByClass(classes)
    .flatMap(([label, members]) => {
      const order = createRng(0).derive('sample', label).permutation(members.length);
      return members.map((index, i) => ({
        index,
        place: ((order[i] as number) + 0.5) / members.length,
      }));
    })
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ index }) => index);
}
