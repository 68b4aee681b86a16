import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bind, Registry, RESOLVE_PATH, type Split, type Task } from '@distiller/core';
import { dataPlugin } from '../plugin.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-masked-lm-'));
});
afterEach(() => rm(folder, { recursive: true }));

function open(settings: Record<string, unknown>): Promise<Task> {
  const services = [bind(RESOLVE_PATH, (path: string) => join(folder, path))];
  return new Registry().use(dataPlugin).create('task', { use: 'masked-lm', ...settings }, services);
}

async function textsOf(task: Task, split: Split): Promise<string[]> {
  const texts: string[] = [];
  for await (const example of task.read(split)) texts.push(example.texts[0]);
  return texts;
}

describe('task masked-lm', () => {
  it('reads a text a line, packed or not, and skips empty lines', async () => {
    await writeFile(join(folder, 'a.txt'), 'one text\n\n  two \r\n');
    await writeFile(join(folder, 'b.txt.gz'), gzipSync('three'));
    const task = await open({ train: ['a.txt', 'b.txt.gz'], validation: 'a.txt' });
    expect(await textsOf(task, 'train')).toEqual(['one text', 'two', 'three']);
    expect(await textsOf(task, 'validation')).toEqual(['one text', 'two']);
    expect(() => task.read('test')).toThrow('Task masked-lm has no test split.');
  });

  it('reads a column of a table', async () => {
    await writeFile(join(folder, 'a.tsv'), 'n\tt\n1\tone\n2\ttwo\n');
    const task = await open({ train: 'a.tsv', validation: 'a.tsv', text: 't' });
    expect(await textsOf(task, 'train')).toEqual(['one', 'two']);
  });

  it('cuts a share for validation, the same every time', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `text ${i}`);
    await writeFile(join(folder, 'a.txt'), lines.join('\n'));
    const settings = { train: 'a.txt', validation: { fraction: 0.1 } };
    const [task, again] = [await open(settings), await open(settings)];
    const [train, validation] = [await textsOf(task, 'train'), await textsOf(task, 'validation')];
    expect([train.length, validation.length]).toEqual([90, 10]);
    expect(new Set([...train, ...validation])).toEqual(new Set(lines));
    expect(await textsOf(again, 'validation')).toEqual(validation);
  });

  it('scores sums over the hidden tokens of all texts', async () => {
    await writeFile(join(folder, 'a.txt'), 'x\ny');
    const task = await open({ train: 'a.txt', validation: 'a.txt' });
    // 4 tokens hidden, 1 found, −log p in all 4 ln 3
    const rows = Float32Array.of(Math.log(3), 1, 1, 3 * Math.log(3), 0, 3);
    const evaluation = task.evaluation();
    const examples = [
      { id: '0', texts: ['x'] as const },
      { id: '1', texts: ['y'] as const },
    ];
    const logits = { dtype: 'float32' as const, shape: [2, 3], data: rows };
    evaluation.add({ examples, encodings: {} }, logits);
    const scores = evaluation.scores();
    expect(scores['accuracy']).toBe(0.25);
    expect(scores['perplexity']).toBeCloseTo(3, 5);
  });

  it('says so when there is no text', async () => {
    await writeFile(join(folder, 'a.txt'), '\n\n');
    await expect(open({ train: 'a.txt' })).rejects.toThrow(/there is no text for train/);
  });
});
