import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bind, Registry, RESOLVE_PATH, type Example, type Task } from '@distiller/core';
import { dataPlugin } from '../plugin.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasks-'));
});
afterAll(() => rm(folder, { recursive: true }));

const registry = new Registry().use(dataPlugin);

/** Makes a task as a recipe in `folder` would. */
async function task(use: string, settings: Record<string, unknown> = {}): Promise<Task> {
  const choice = registry.slot('task').parse({ use, ...settings }) as { use: string };
  return registry.create('task', choice, [bind(RESOLVE_PATH, (path) => join(folder, path))]);
}

async function all(source: AsyncIterable<Example>): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of source) examples.push(example);
  return examples;
}

async function write(name: string, text: string): Promise<string> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), text);
  return name;
}

describe('task file', () => {
  it('finds the labels, sorts them as numbers, and numbers the examples', async () => {
    const train = await write('n.tsv', 'text\tlabel\na\t10\nb\t9\nc\t10\n');
    const made = await task('file', { train, validation: train });
    expect(made).toMatchObject({
      kind: 'classification',
      arity: 1,
      labels: ['9', '10'],
      activation: 'softmax',
      outputs: 2,
      splits: ['train', 'validation'],
      selects: 'accuracy',
    });
    expect(await all(made.read('train'))).toEqual([
      { id: 'train/0', texts: ['a'], label: 1 },
      { id: 'train/1', texts: ['b'], label: 0 },
      { id: 'train/2', texts: ['c'], label: 1 },
    ]);
  });

  it('takes labels with names, pairs, several files, and a test and a transfer set without labels', async () => {
    const train = await write('p.jsonl', '{"q":"a","r":"b","y":1}\n');
    const more = await write('p2.csv', 'q,r,y\nc,d,0\n');
    const test = await write('t.tsv', 'q\tr\ne\tf\n');
    const made = await task('file', {
      train: [train, more],
      validation: train,
      test,
      transfer: more,
      text: 'q',
      textPair: 'r',
      label: 'y',
      labels: [
        { value: 0, name: 'no' },
        { value: 1, name: 'yes' },
      ],
      selects: 'f1',
    });
    expect(made.labels).toEqual(['no', 'yes']);
    expect(made.arity).toBe(2);
    expect(made.selects).toBe('f1');
    expect((await all(made.read('train'))).map(({ label }) => label)).toEqual([1, 0]);
    expect(await all(made.read('test'))).toEqual([{ id: 'test/0', texts: ['e', 'f'] }]);
    expect(await all(made.read('transfer'))).toEqual([{ id: 'transfer/0', texts: ['c', 'd'] }]);
  });

  it('cuts a validation split, class by class, from the training file', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `text ${i}\t${i % 4 === 0 ? 'rare' : 'often'}`,
    );
    const train = await write('cut.tsv', `text\tlabel\n${rows.join('\n')}\n`);
    const settings = { train, validation: { fraction: 0.2, seed: 3 } };
    const made = await task('file', settings);
    const kept = await all(made.read('train'));
    const cut = await all(made.read('validation'));
    expect([kept.length, cut.length]).toEqual([32, 8]);
    expect(cut.filter(({ label }) => made.labels[label as number] === 'rare')).toHaveLength(2);
    expect(new Set([...kept, ...cut].map(({ id }) => id)).size).toBe(40);
    expect(await all((await task('file', settings)).read('validation'))).toEqual(cut);
  });

  it('reads numbers for a regression', async () => {
    const train = await write('r.csv', 'text,label\na,0.5\nb,-2e1\n');
    const made = await task('file', { kind: 'regression', train, validation: train });
    expect(made).toMatchObject({ labels: [], outputs: 1, activation: 'identity' });
    expect(made.selects).toBe('pearson-spearman');
    expect((await all(made.read('train'))).map(({ label }) => label)).toEqual([0.5, -20]);
    const evaluation = made.evaluation();
    const examples = [5, 7].map((label, id) => ({ id: String(id), texts: ['t'] as const, label }));
    // The third row is padding of the batch.
    evaluation.add(
      { examples, encodings: {} },
      { dtype: 'float32', shape: [3, 1], data: Float32Array.of(1, 2, 99) },
    );
    expect(evaluation.scores()['pearson']).toBeCloseTo(1);
  });

  it('names the place of a label that it does not know', async () => {
    const train = await write('k.tsv', 'text\tlabel\na\tgood\nb\tbad\n');
    const validation = await write('k2.tsv', 'text\tlabel\na\tgood\nb\tgod\n');
    const made = await task('file', { train, validation });
    await expect(all(made.read('validation'))).rejects.toThrow(
      `${join(folder, validation)}:3: the label "god" is unknown. Did you mean "good"? Known: bad, good. ` +
        'Mend the row, or list all labels under "labels".',
    );
    const values = await task('file', { kind: 'regression', train, validation });
    await expect(all(values.read('train'))).rejects.toThrow(
      `${join(folder, train)}:2: the label is "good"; a regression needs a number.`,
    );
  });

  it.each([
    ['an empty label', 'text\tlabel\na\tx\nb\t\n', {}, /t\.tsv:3: no value in column "label"\./],
    [
      'a label that is not listed',
      'text\tlabel\na\tx\nb\tz\n',
      { labels: ['x', 'y'] },
      /t\.tsv:3: the label "z" is unknown/,
    ],
    [
      'a cut that leaves no example of a class',
      'text\tlabel\na\tx\nb\ty\n',
      {},
      /t\.tsv: splits of 1 examples were asked of 2/,
    ],
    ['a label twice', 'text\tlabel\na\tx\n', { labels: ['x', 'x'] }, /x.* is given twice/],
  ])('refuses %s', async (_, text, settings, message) => {
    const train = await write('t.tsv', text);
    await expect(task('file', { train, ...settings })).rejects.toThrow(message);
  });

  it('refuses a split without rows, and takes an empty cell of a test set for no label', async () => {
    const train = await write('t.tsv', 'text\tlabel\na\tx\nb\ty\n');
    const validation = await write('v.tsv', 'text\tlabel\n');
    const test = await write('s.tsv', 'text\tlabel\nc\t\n');
    const made = await task('file', { train, validation, test });
    await expect(all(made.read('validation'))).rejects.toThrow(
      /v\.tsv: no rows for the validation split\./,
    );
    expect(await all(made.read('test'))).toEqual([{ id: 'test/0', texts: ['c'] }]);
  });

  it('refuses a training file with one label, and no classes at all', async () => {
    const train = await write('one.tsv', 'text\tlabel\na\t1\nb\t1\n');
    await expect(task('file', { train })).rejects.toThrow(
      `${join(folder, train)} has only the label "1"; a classification needs two or more. Check the label column.`,
    );
    await expect(task('file', { test: train })).rejects.toThrow(
      'Task file has neither "train" nor "labels", so its classes are unknown; give one of them.',
    );
  });

  it('refuses a metric and a split that it does not have', async () => {
    const train = await write('m.tsv', 'text\tlabel\na\t1\nb\t2\nc\t3\n');
    await expect(task('file', { train, validation: train, selects: 'acuracy' })).rejects.toThrow(
      'Task file can\'t be judged by "acuracy". Did you mean "accuracy"? Known: accuracy, f1-macro, matthews.',
    );
    const made = await task('file', { train, validation: train });
    expect(() => made.read('test')).toThrow(
      'Task file has no test split. It has: train, validation.',
    );
  });
});

describe('GLUE tasks', () => {
  it('read the columns of their files', async () => {
    await write('CoLA/train.tsv', 'gj04\t1\t\tGood.\ngj04\t0\t*\tBad.\n');
    await write('CoLA/dev.tsv', 'gj04\t0\t*\tWorse.\n');
    await write('CoLA/test.tsv', 'index\tsentence\n0\tWho knows.\n');
    const made = await task('cola', { folder: 'CoLA' });
    expect(made).toMatchObject({
      labels: ['unacceptable', 'acceptable'],
      selects: 'matthews',
      splits: ['train', 'validation', 'test'],
    });
    expect(await all(made.read('train'))).toEqual([
      { id: 'train/0', texts: ['Good.'], label: 1 },
      { id: 'train/1', texts: ['Bad.'], label: 0 },
    ]);
    expect(await all(made.read('test'))).toEqual([{ id: 'test/0', texts: ['Who knows.'] }]);
  });

  it('prefer a labelled test set, and have the splits whose files are there', async () => {
    await write('STS/dev.tsv', 'index\tgenre\tsentence1\tsentence2\tscore\n0\tnews\tA.\tB.\t2.5\n');
    await write('STS/test.tsv', 'index\tsentence1\tsentence2\n0\tA.\tB.\n');
    await write('STS/test-labeled.orig.tsv', 'news\tx\t2012\t1\t4.25\tC.\tD.\tsource\n');
    const made = await task('sts-b', { folder: 'STS' });
    expect(made).toMatchObject({ kind: 'regression', splits: ['validation', 'test'] });
    expect(await all(made.read('test'))).toEqual([
      { id: 'test/0', texts: ['C.', 'D.'], label: 4.25 },
    ]);
    await rm(join(folder, 'STS/test-labeled.orig.tsv'));
    const [first] = await all((await task('sts-b', { folder: 'STS' })).read('test'));
    expect(first).toEqual({ id: 'test/0', texts: ['A.', 'B.'] });
  });

  it('read both validation sets of MNLI, and step over malformed questions of QQP', async () => {
    const row = (text: string) => `sentence1\tsentence2\tgold_label\n${text}\tb\tneutral\n`;
    await write('MNLI/dev_matched.tsv', row('m'));
    await write('MNLI/dev_mismatched.tsv', row('mm'));
    const mnli = await all((await task('mnli', { folder: 'MNLI' })).read('validation'));
    expect(mnli.map(({ id, texts }) => [id, texts[0]])).toEqual([
      ['validation/0', 'm'],
      ['validation/1', 'mm'],
    ]);
    await write('QQP/train.tsv', 'id\tquestion1\tquestion2\tis_duplicate\n1\ta\n2\ta\tb\t1\n');
    expect(await all((await task('qqp', { folder: 'QQP' })).read('train'))).toHaveLength(1);
  });

  it('say what they look for', async () => {
    await expect(task('sst-2', { folder: 'nowhere' })).rejects.toThrow(
      `${join(folder, 'nowhere')} holds no sst-2 files: found neither train.tsv nor dev.tsv. Set "folder" to the folder that holds them.`,
    );
  });
});

describe('task wordnet', () => {
  let made: Task;
  beforeAll(async () => {
    made = await task('wordnet', { labelled: 500, validation: 100, test: 200 });
  });

  it('splits distinct definitions into parts of the sizes asked for', async () => {
    const splits = await Promise.all(made.splits.map((split) => all(made.read(split))));
    // 116,919 distinct definitions of 117,791.
    expect(splits.map((split) => split.length)).toEqual([500, 100, 200, 116_119]);
    expect(new Set(splits.flat().map(({ id }) => id)).size).toBe(116_919);
    const [train = [], , , transfer = []] = splits;
    expect(new Set(train.map(({ label }) => label)).size).toBeGreaterThan(35);
    expect(transfer.every(({ label }) => label === undefined)).toBe(true);
    const dog = splits.flat().find(({ id }) => id === 'n02086723');
    expect(dog?.texts[0]).toMatch(/^a member of the genus Canis .* occurs in many breeds$/);
  });

  it('labels by lexicographer file', async () => {
    const names = ['validation', 'test', 'train'] as const;
    const examples = (await Promise.all(names.map((name) => all(made.read(name))))).flat();
    expect(made.labels).toHaveLength(45);
    for (const { id, label } of examples) {
      const kind = { n: 'noun', v: 'verb', r: 'adv' }[id[0] as string] ?? 'adj';
      expect(made.labels[label as number]?.split('.')[0]).toBe(kind);
    }
    // Numbers of lexnames(5WN).
    expect(made.labels.indexOf('noun.animal')).toBe(5);
    expect(made.labels.indexOf('adj.ppl')).toBe(44);
  });

  it('can limit the transfer set, and draws others with another seed', async () => {
    const other = await task('wordnet', {
      ...{ labelled: 500, validation: 100, test: 200 },
      ...{ transfer: 70, seed: 1 },
    });
    expect(await all(other.read('transfer'))).toHaveLength(70);
    expect(await all(other.read('train'))).not.toEqual(await all(made.read('train')));
  });
});
