import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bind, Registry, RESOLVE_PATH, type Example, type Task } from '@distiller/core';
import { encodeExamples } from '../batching/encode-examples.js';
import { evaluationBatches } from '../batching/evaluation-batches.js';
import { dataPlugin } from '../plugin.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'multi-label-'));
});
afterAll(() => rm(folder, { recursive: true }));

const registry = new Registry().use(dataPlugin);

async function made(text: string, settings: Record<string, unknown> = {}): Promise<Task> {
  await writeFile(join(folder, 'm.tsv'), text);
  const choice = registry.slot('task').parse({
    use: 'file',
    kind: 'multi-label',
    train: 'm.tsv',
    validation: 'm.tsv',
    ...settings,
  }) as { use: string };
  return registry.create('task', choice, [bind(RESOLVE_PATH, (path) => join(folder, path))]);
}

async function labels(task: Task): Promise<Example['label'][]> {
  const found: Example['label'][] = [];
  for await (const { label } of task.read('train')) found.push(label);
  return found;
}

describe('task file, multi-label', () => {
  it('reads any number of labels out of one cell', async () => {
    const task = await made('text\tlabel\na\tsad;angry\nb\t\nc\tsad ; sad\n', { separator: ';' });
    expect(task).toMatchObject({
      kind: 'multi-label',
      labels: ['angry', 'sad'],
      activation: 'sigmoid',
      outputs: 2,
      metrics: ['f1-micro', 'f1-macro', 'exact-match'],
      selects: 'f1-micro',
    });
    expect(await labels(task)).toEqual([[0, 1], [], [1]]);
  });

  it('reads a column of 0 and 1 for each label', async () => {
    const task = await made('text\tx\ty\tz\na\t1\t0\t1\nb\t0\t0\t0\n', { label: ['x', 'y', 'z'] });
    expect(task.labels).toEqual(['x', 'y', 'z']);
    expect(await labels(task)).toEqual([[0, 2], []]);
  });

  it('names the place of what is no label', async () => {
    const task = await made('text\tx\ty\na\t1\t2\n', { label: ['x', 'y'] });
    await expect(labels(task)).rejects.toThrow('m.tsv:2: label column 2 of 2 holds "2"');
    await expect(
      made('text\tlabel\na\tsad,odd\n', { labels: ['sad', 'glad'], validation: { fraction: 0.5 } }),
    ).rejects.toThrow('m.tsv:2: the label "odd" is unknown');
    await expect(
      made('text\tx\ty\na\t1\t0\n', { kind: 'classification', label: ['x', 'y'] }),
    ).rejects.toThrow('which only kind: multi-label can have');
    await expect(
      made('text\tx\ty\na\t1\t0\n', { label: ['x', 'y'], labels: ['p', 'q', 'r'] }),
    ).rejects.toThrow('names 3 labels for 2 label columns');
  });

  it('batches 0 and 1 for each class', async () => {
    const task = await made('text\tx\ty\tz\na\t1\t0\t1\nb\t0\t0\t0\n', { label: ['x', 'y', 'z'] });
    const tokenizer = {
      fingerprint: 'one',
      vocabularySize: 2,
      padId: 0,
      encode: () => ({ ids: [1], types: [0] }),
      files: () => ({}),
    };
    const { kind, outputs } = task;
    const encoded = await encodeExamples(task.read('train'), {
      student: { tokenizer, maxLength: 4 },
    });
    const [batch] = evaluationBatches(encoded, { size: 2, kind, outputs });
    expect(batch?.labels).toEqual({
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(1, 0, 1, 0, 0, 0),
    });
  });

  it('scores label sets by hand', async () => {
    const task = await made('text\tx\ty\na\t1\t0\n', { label: ['x', 'y'] });
    const evaluation = task.evaluation();
    expect(() => evaluation.scores()).toThrow('There are no predictions to score');
    const truths = [[0], [0, 1], []];
    evaluation.add(
      {
        examples: truths.map((label, id) => ({ id: String(id), texts: ['t'] as const, label })),
        encodings: {},
      },
      // Predicted: {x}, {x}, {y}. A logit of 0 is a probability of ½, which is not above it.
      { dtype: 'float32', shape: [3, 2], data: Float32Array.of(2, -1, 0.1, 0, -3, 4) },
    );
    // x: TP 2; y: FP 1, FN 1. Micro: 2·2 / (2·2 + 1 + 1) = 2/3; macro: (1 + 0) / 2; exact: the first of three.
    const scores = evaluation.scores();
    expect(scores['f1-micro']).toBeCloseTo(2 / 3, 12);
    expect(scores['f1-macro']).toBe(0.5);
    expect(scores['exact-match']).toBeCloseTo(1 / 3, 12);
  });
});
