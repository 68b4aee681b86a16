import { describe, expect, it } from '@jest/globals';
import type { Example, Split, Task } from '@distiller/core';
import { makeTask } from './make-task.js';
import { sampleTask } from './sample-task.js';

/** 60 of class 0, then 30 of class 1, then 10 of class 2. */
const CLASSES = Array.from({ length: 100 }, (_, i) => (i < 60 ? 0 : i < 90 ? 1 : 2));

function taskOf(labels: readonly (number | undefined)[], kind: Task['kind']): Task {
  const examples = labels.map(
    (label, i): Example => ({ id: `${i}`, texts: [`text ${i}`], ...(label !== undefined && { label }) }),
  ); // prettier-ignore
  const read = async function* () {
    yield* examples;
  };
  return makeTask({
    name: 'toy',
    kind,
    arity: 1,
    labels: kind === 'classification' ? ['a', 'b', 'c'] : [],
    read: { train: read, validation: read },
  });
}

async function read(task: Task, split: Split): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of task.read(split)) examples.push(example);
  return examples;
}

const idsOf = (examples: readonly Example[]) => examples.map(({ id }) => Number(id));

describe('sampleTask', () => {
  const task = taskOf(CLASSES, 'classification');

  it.each([
    [10, [6, 3, 1]],
    [20, [12, 6, 2]],
    [50, [30, 15, 5]],
  ])('keeps the proportions of the classes among %i', async (count, expected) => {
    const labels = (await read(sampleTask(task, count), 'train')).map(({ label }) => label);
    expect([0, 1, 2].map((one) => labels.filter((label) => label === one).length)).toEqual(
      expected,
    );
  });

  it('draws in file order, the same ones again, and a smaller sample out of a larger one', async () => {
    const sampled = async (count: number) => idsOf(await read(sampleTask(task, count), 'train'));
    const ids = await sampled(50);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(await sampled(50)).toEqual(ids);
    expect(ids).toEqual(expect.arrayContaining(await sampled(23)));
    expect(ids).not.toEqual(CLASSES.map((_, i) => i).slice(0, 50));
  });

  it('leaves other splits, and tasks that have no more, as they are', async () => {
    expect(await read(sampleTask(task, 10), 'validation')).toHaveLength(100);
    expect(idsOf(await read(sampleTask(task, 1000), 'train'))).toEqual(CLASSES.map((_, i) => i));
    expect(sampleTask(task, 10)).toMatchObject({ name: 'toy', labels: ['a', 'b', 'c'], outputs: 3 });
  }); // prettier-ignore

  it('draws values, and texts without labels, as one class', async () => {
    const values = taskOf(CLASSES.map((_, i) => i / 100), 'regression'); // prettier-ignore
    expect(await read(sampleTask(values, 17), 'train')).toHaveLength(17);
    const silent = taskOf(CLASSES.map(() => undefined), 'classification'); // prettier-ignore
    expect(await read(sampleTask(silent, 17), 'train')).toHaveLength(17);
  });
});
