import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bind, Registry, RESOLVE_PATH, type Example, type Task } from '@distiller/core';
import { encodeExamples } from '../batching/encode-examples.js';
import { evaluationBatches } from '../batching/evaluation-batches.js';
import { entitiesOf, EntityCounts } from '../metrics/entities.js';
import { dataPlugin } from '../plugin.js';
import { bertTokenizerConfig, bertTokenizerJson } from '../tokenizers/bert-tokenizer-json.js';
import { tokenizerFromJson } from '../tokenizers/hugging-face-tokenizer.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conll-'));
});
afterAll(() => rm(folder, { recursive: true }));

const registry = new Registry().use(dataPlugin);

async function made(settings: object, root = folder): Promise<Task> {
  const choice = registry.slot('task').parse({ use: 'conll', ...settings }) as { use: string };
  return registry.create('task', choice, [bind(RESOLVE_PATH, (path) => join(root, path))]);
}

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return name;
}

async function all(source: AsyncIterable<Example>): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of source) examples.push(example);
  return examples;
}

/** [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3, [MASK] 4. */
const VOCABULARY = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'anna',
  'lives',
  'in',
  'par',
  '##is',
];
const options = { lowercase: true, stripAccents: null, splitChinese: true };
const tokenizer = tokenizerFromJson(
  bertTokenizerJson(VOCABULARY, options),
  bertTokenizerConfig(options),
);

const SENTENCE = 'Anna B-per\nlives O\nin O\nParis B-loc\n';

describe('task conll', () => {
  it('reads sentences, tags and columns', async () => {
    const train = await write('a.conll', `-DOCSTART- -X- O\n\n${SENTENCE}\n\nParis B-loc\r\n`);
    const task = await made({ train, validation: train });
    expect(task).toMatchObject({
      kind: 'token-classification',
      arity: 1,
      labels: ['O', 'B-loc', 'B-per'],
      activation: 'token',
      outputs: 3,
      metrics: ['f1', 'precision', 'recall', 'accuracy'],
      selects: 'f1',
    });
    expect(await all(task.read('train'))).toEqual([
      {
        id: 'train/0',
        texts: ['Anna lives in Paris'],
        words: ['Anna', 'lives', 'in', 'Paris'],
        label: [2, 0, 0, 1],
      },
      { id: 'train/1', texts: ['Paris'], words: ['Paris'], label: [1] },
    ]);
    const wide = await write('b.conll', 'O\tNNP\tAnna\nB-x\tNNP\tNew York\n');
    const columns = await made({ train: wide, word: 2, tag: 0 });
    expect((await all(columns.read('train')))[0]).toMatchObject({
      words: ['Anna', 'New York'],
      label: [0, 1],
    });
  });

  it('reads files of words and of tags, and sentences without tags', async () => {
    const words = await write('seq.in', 'Anna lives\nParis \n');
    const tags = await write('seq.out', 'B-per O\nB-loc \n');
    const test = await write('t.conll', 'Anna\nlives\n');
    const task = await made({ train: { words, tags }, test, transfer: { words } });
    expect((await all(task.read('train'))).map(({ label }) => label)).toEqual([[2, 0], [1]]);
    expect((await all(task.read('test')))[0]).not.toHaveProperty('label');
    expect(await all(task.read('transfer'))).toHaveLength(2);
  });

  it('names the place of what is wrong', async () => {
    const train = await write('c.conll', SENTENCE);
    const odd = await write('d.conll', 'Anna O\nlives B-odd\n');
    const task = await made({ train, validation: odd });
    await expect(all(task.read('validation'))).rejects.toThrow(
      /d\.conll:1: the tag "B-odd" is unknown\. Known: O, B-loc, B-per\./,
    );
    const short = await write('e.conll', 'Anna O\nlives\n');
    await expect(made({ train: short })).rejects.toThrow('a sentence of 2 words has 1 tags');
    const words = await write('f.in', 'Anna lives\n');
    const tags = await write('f.out', 'O\n');
    await expect(made({ train: { words, tags } })).rejects.toThrow('has 2 words but');
    await expect(made({})).rejects.toThrow('neither "train" nor "labels"');
    await expect(made({ train: await write('g.conll', 'Anna O\n') })).rejects.toThrow(
      'only the tag O',
    );
  });

  it('puts labels at the first tokens of words', async () => {
    // The zero-width space is no token, so the third word has none.
    const train = await write('h.conll', 'Paris B-loc\nin O\n\u200b O\nAnna B-per\n');
    const task = await made({ train });
    const encode = (maxLength: number) =>
      encodeExamples(
        task.read('train'),
        { student: { tokenizer, maxLength } },
        { kind: task.kind },
      );
    const encoded = await encode(8);
    const [batch] = evaluationBatches(encoded, { size: 1, kind: task.kind });
    // [CLS] par ##is in anna [SEP] [PAD] [PAD]
    expect([...(batch?.encodings['student']?.['ids']?.data ?? [])]).toEqual([
      2, 8, 9, 7, 5, 3, 0, 0,
    ]);
    expect([...(batch?.encodings['student']?.['firsts']?.data ?? [])]).toEqual([
      0, 1, 0, 1, 1, 0, 0, 0,
    ]);
    expect([...(batch?.labels?.data ?? [])]).toEqual([-1, 1, -1, 0, 2, -1, -1, -1]);
    expect(batch?.alignments).toEqual([{ firsts: Int32Array.of(1, 3, -1, 4) }]);
    const cut = await encode(5);
    expect(cut.texts['student']).toMatchObject({
      truncated: 1,
      alignments: [{ firsts: Int32Array.of(1, 3, -1, -1) }],
    });
  });

  it('counts words that were cut off as outside', async () => {
    const task = await made({ train: await write('i.conll', SENTENCE) });
    const encoded = await encodeExamples(
      task.read('train'),
      { student: { tokenizer, maxLength: 5 } },
      { kind: task.kind },
    );
    const [batch] = evaluationBatches(encoded, { size: 1, kind: task.kind });
    const evaluation = task.evaluation();
    const data = new Float32Array(5 * 3);
    data[1 * 3 + 2] = 1; // Anna: B-per; the others are O; Paris is cut off
    evaluation.add(batch as never, { dtype: 'float32', shape: [1, 5, 3], data });
    expect(evaluation.scores()).toEqual({ f1: 2 / 3, precision: 1, recall: 0.5, accuracy: 0.75 });
  });
});

describe('entities', () => {
  it.each([
    ['O B-a I-a O', ['a 1-3']],
    ['B-a B-a I-b', ['a 0-1', 'a 1-2', 'b 2-3']],
    ['I-a I-a', ['a 0-2']],
    ['S-a B-a E-a E-a', ['a 0-1', 'a 1-3', 'a 3-4']],
    ['O O', []],
  ])('%s', (tags, expected) => {
    const found = entitiesOf(tags.split(' ')).map(
      ({ type, start, end }) => `${type} ${start}-${end}`,
    );
    expect(found).toEqual(expected);
  });

  it('agrees with seqeval on random tags', () => {
    // Written by tools/golden/task_goldens.py.
    const golden = JSON.parse(
      readFileSync(new URL('../../goldens/entities.json', import.meta.url), 'utf8'),
    ) as { truth: string[]; predicted: string[]; scores: Record<string, number> }[];
    expect(golden.length).toBeGreaterThan(10);
    for (const { truth, predicted, scores } of golden) {
      const counts = new EntityCounts();
      truth.forEach((tags, i) => counts.add((predicted[i] ?? '').split(' '), tags.split(' ')));
      const found: Record<string, number> = counts.scores();
      for (const [name, value] of Object.entries(scores))
        expect(found[name]).toBeCloseTo(value, 12);
    }
  });
});

const data =
  process.env['DISTILLER_DATA'] ??
  fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const isThere = existsSync(join(data, 'ner'));
if (!isThere) console.info(`Skipped: no real data in ${data}; set DISTILLER_DATA to its folder.`);

(isThere ? describe : describe.skip)('real sentences', () => {
  it('WNUT-17 and Snips have their published sizes', async () => {
    const wnut = await made(
      {
        train: 'ner/wnut17/wnut17train.conll',
        validation: 'ner/wnut17/emerging.dev.conll',
        test: 'ner/wnut17/emerging.test.annotated',
      },
      data,
    );
    expect(wnut.labels).toHaveLength(13);
    const snips = await made(
      { train: { words: 'intent/snips/train/seq.in', tags: 'intent/snips/train/seq.out' } },
      data,
    );
    const sizes = [
      wnut.read('train'),
      wnut.read('validation'),
      wnut.read('test'),
      snips.read('train'),
    ];
    const counts = await Promise.all(sizes.map(async (split) => (await all(split)).length));
    expect(counts).toEqual([3394, 1009, 1287, 13_084]);
    expect(snips.labels).toHaveLength(72);
  });
});
