import { createRng, type Example, type StudentRequest, type Task } from '@distiller/core';

const TEXTS = {
  train: ['a small dog runs', 'the small cat sleeps', 'a dog and a cat'],
  transfer: ['the old dog sleeps', 'zzz zzz zzz'],
} as const;

/** A task of a few words; counts how often its texts are read. */
export function tinyTask(
  labels: readonly string[] = ['no', 'yes', 'maybe'],
): Task & { reads: number } {
  return {
    reads: 0,
    name: 'tiny',
    kind: labels.length > 0 ? 'classification' : 'regression',
    arity: 1,
    labels,
    activation: labels.length > 0 ? 'softmax' : 'identity',
    outputs: Math.max(1, labels.length),
    splits: ['train', 'transfer'],
    async *read(split): AsyncIterable<Example> {
      this.reads += 1;
      for (const [id, text] of TEXTS[split as 'train' | 'transfer'].entries())
        yield { id: String(id), texts: [text] };
    },
    metrics: ['accuracy'],
    selects: 'accuracy',
    evaluation: () => ({ add: () => undefined, scores: () => ({ accuracy: 0 }) }),
  };
}

export function request(given: Partial<StudentRequest> = {}): StudentRequest {
  return { task: tinyTask(), rng: createRng(5), ...given };
}
