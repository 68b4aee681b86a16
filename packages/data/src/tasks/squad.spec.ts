import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bind,
  Registry,
  RESOLVE_PATH,
  type ContextAlignment,
  type Example,
  type Task,
} from '@distiller/core';
import { encodeExamples } from '../batching/encode-examples.js';
import { windowsOf } from '../batching/encode-row.js';
import { evaluationBatches } from '../batching/evaluation-batches.js';
import { normalizeAnswer, scoreAnswer } from '../metrics/answers.js';
import { dataPlugin } from '../plugin.js';
import { bertTokenizerConfig, bertTokenizerJson } from '../tokenizers/bert-tokenizer-json.js';
import { tokenizerFromJson } from '../tokenizers/hugging-face-tokenizer.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'squad-'));
});
afterAll(() => rm(folder, { recursive: true }));

const registry = new Registry().use(dataPlugin);

async function made(settings: object, root = folder): Promise<Task> {
  const choice = registry.slot('task').parse({ use: 'squad', ...settings }) as { use: string };
  return registry.create('task', choice, [bind(RESOLVE_PATH, (path) => join(root, path))]);
}

async function all(source: AsyncIterable<Example>): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of source) examples.push(example);
  return examples;
}

type Given = readonly [
  question: string,
  context: string,
  answers: readonly (readonly [string, number])[],
];

async function write(name: string, questions: readonly Given[]): Promise<string> {
  const paragraphs = questions.map(([question, context, answers], id) => ({
    context,
    qas: [
      {
        id: `q${id}`,
        question,
        answers: answers.map(([text, answer_start]) => ({ text, answer_start })),
      },
    ],
  }));
  await writeFile(join(folder, name), JSON.stringify({ version: '1.1', data: [{ paragraphs }] }));
  return name;
}

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const WORDS = ['who', '?', 'a', 'b', 'c', 'd', 'e', 'f', '.', '##x'];
const options = { lowercase: true, stripAccents: null, splitChinese: true };
const tokenizer = tokenizerFromJson(
  bertTokenizerJson([...SPECIAL, ...WORDS], options),
  bertTokenizerConfig(options),
);

const encode = async (task: Task, maxLength: number) =>
  encodeExamples(
    task.read('train'),
    { student: { tokenizer, maxLength } },
    { kind: task.kind, windows: windowsOf(task.windows) },
  );

describe('windowsOf', () => {
  it('takes the last word of everyone, and the default of BERT for the rest', () => {
    expect(windowsOf()).toEqual({ docStride: 128, maxQueryLength: 64 });
    const trained = { docStride: 96, maxQueryLength: 32 };
    expect(windowsOf(trained, undefined, { docStride: 8 })).toEqual({
      docStride: 8,
      maxQueryLength: 32,
    });
    expect(() => windowsOf({ docStride: 0.5 })).toThrow('docStride is 0.5; expected a number of');
  });
});

describe('task squad', () => {
  it('reads questions, contexts and answers', async () => {
    const train = await write('a.json', [
      [
        'who?',
        '😀 a bx c',
        [
          ['bx', 4],
          ['c', 7],
        ],
      ],
    ]);
    const task = await made({ train });
    expect(task).toMatchObject({
      kind: 'span',
      arity: 2,
      labels: [],
      activation: 'span',
      outputs: 2,
      metrics: ['f1', 'exact-match'],
      windows: {},
    });
    // The file counts the smiley once, UTF-16 twice.
    expect(await all(task.read('train'))).toEqual([
      {
        id: 'q0',
        texts: ['who?', '😀 a bx c'],
        label: [
          { start: 5, end: 7 },
          { start: 8, end: 9 },
        ],
      },
    ]);
  });

  it('says what is wrong with a file', async () => {
    const off = await made({ train: await write('b.json', [['who?', 'a b c', [['c', 1]]]]) });
    await expect(all(off.read('train'))).rejects.toThrow(
      'question q0: "c" does not stand at character 1',
    );
    const none = await write('c.json', [['who?', 'a b c', []]]);
    await expect(all((await made({ train: none })).read('train'))).rejects.toThrow(
      'unanswerable: true',
    );
    const [example] = await all((await made({ train: none, unanswerable: true })).read('train'));
    expect(example?.label).toEqual([]);
    await writeFile(join(folder, 'd.json'), '{"data":[{"paragraphs":1}]}');
    await expect(all((await made({ train: 'd.json' })).read('train'))).rejects.toThrow(
      'd.json is not in the format of SQuAD',
    );
  });

  it('shows a context in windows and maps answers to tokens', async () => {
    const train = await write('e.json', [['who?', 'a bx, c d e f', [['d e', 8]]]]);
    const task = await made({ train, docStride: 3 });
    // [CLS] who ? [SEP] … [SEP] leaves 4 of 9 tokens for a b ##x , c d e f → ids 7 8 14 1 9 10 11 12.
    const encoded = await encode(task, 9);
    const [starts, ids] = [encoded.texts['student']?.starts, encoded.texts['student']?.ids];
    const rows = [0, 1, 2].map((i) => [...(ids?.slice(starts?.[i], starts?.[i + 1]) ?? [])]);
    expect(rows).toEqual([
      [2, 5, 6, 3, 7, 8, 14, 1, 3],
      [2, 5, 6, 3, 1, 9, 10, 11, 3],
      [2, 5, 6, 3, 11, 12, 3],
    ]);
    expect(encoded.examples).toHaveLength(3);
    expect(new Set(encoded.examples).size).toBe(1);
    const alignments = encoded.texts['student']?.alignments as readonly ContextAlignment[];
    expect(alignments[0]).toEqual({
      from: 4,
      starts: Int32Array.of(0, 2, 2, 4),
      ends: Int32Array.of(1, 4, 4, 5),
      widest: Uint8Array.of(1, 1, 1, 1),
    });
    // The comma: 0 to a side in both windows, the first wins. The "e": 0 in the second and in the third, whose shorter
    // length counts less.
    expect(alignments.map(({ widest }) => [...widest])).toEqual([
      [1, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 1],
    ]);
    // Only the second window shows "d e": tokens 6 and 7 of the row.
    expect([...(encoded.texts['student']?.spans ?? [])]).toEqual([0, 0, 6, 7, 0, 0]);
    const batches = [...evaluationBatches(encoded, { size: 4, kind: 'span', lengths: [9] })];
    expect(batches[0]?.labels).toMatchObject({ dtype: 'int32', shape: [3, 2] });
  });

  it('cuts long questions, and refuses when no room is left', async () => {
    const train = await write('f.json', [['who? who? who?', 'a b', [['a', 0]]]]);
    const task = await made({ train, maxQueryLength: 2 });
    const encoded = await encode(task, 8);
    expect(encoded.texts['student']?.truncated).toBe(1);
    expect([...(encoded.texts['student']?.ids ?? [])]).toEqual([2, 5, 6, 3, 7, 8, 3]);
    await expect(encode(task, 5)).rejects.toThrow(
      'leaves no room for a context beside a question of 2',
    );
  });

  it('chooses the best answer over all windows, and none when that scores higher', async () => {
    const train = await write('g.json', [['who?', 'a bx, c d e f', [['d e', 8]]]]);
    for (const [settings, cls, expected] of [
      [{}, 90, { f1: 1, 'exact-match': 1 }],
      [{ unanswerable: true }, 4, { f1: 1, 'exact-match': 1 }],
      [{ unanswerable: true }, 6, { f1: 0, 'exact-match': 0 }],
      [{ unanswerable: true, nullThreshold: 3 }, 6, { f1: 1, 'exact-match': 1 }],
    ] as const) {
      const task = await made({ train, docStride: 3, ...settings });
      const encoded = await encode(task, 9);
      const evaluation = task.evaluation();
      for (const batch of evaluationBatches(encoded, { size: 2, kind: 'span', lengths: [9] })) {
        const data = new Float32Array(2 * 9 * 2);
        [...batch.indices].forEach((window, row) => {
          const at = (token: number, end: number) => (row * 9 + token) * 2 + end;
          data[at(0, 0)] = cls; // with an end of 0: the null score
          if (window === 1) [data[at(6, 0)], data[at(7, 1)]] = [2, 3];
          // Higher, but the end stands before the start; and in the question, which is no answer.
          if (window === 0) [data[at(7, 0)], data[at(4, 1)], data[at(1, 0)]] = [1.5, 4, 9];
        });
        evaluation.add(batch, { dtype: 'float32', shape: [2, 9, 2], data });
      }
      expect(evaluation.scores()).toEqual(expected);
    }
  });
});

describe('answers', () => {
  it('are normalised and compared as the official scripts do', () => {
    expect(normalizeAnswer(' The  Denver-Broncos, an A.')).toBe('denverbroncos');
    expect(normalizeAnswer('théâtre a la mode')).toBe('théâtre la mode');
    expect(scoreAnswer('the Broncos', ['Denver Broncos', 'Broncos'])).toEqual({ exact: 1, f1: 1 });
    // 1 word of 3 given and 2 wanted: 2·1 / (3 + 2)
    expect(scoreAnswer('red big cat', ['cat food'])).toEqual({ exact: 0, f1: 0.4 });
    expect(scoreAnswer('', [])).toEqual({ exact: 1, f1: 1 });
    expect(scoreAnswer('cat', [])).toEqual({ exact: 0, f1: 0 });
  });

  it('agree with the rules of SQuAD written in Python', () => {
    // Written by tools/golden/task_goldens.py.
    const golden = JSON.parse(
      readFileSync(new URL('../../goldens/answers.json', import.meta.url), 'utf8'),
    ) as { answer: string; accepted: string[]; exact: number; f1: number }[];
    expect(golden.length).toBeGreaterThan(50);
    for (const { answer, accepted, exact, f1 } of golden) {
      const score = scoreAnswer(answer, accepted);
      expect([answer, score.exact]).toEqual([answer, exact]);
      expect(score.f1).toBeCloseTo(f1, 12);
    }
  });
});

const data =
  process.env['DISTILLER_DATA'] ??
  fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const isThere = existsSync(join(data, 'qa'));
if (!isThere) console.info(`Skipped: no real data in ${data}; set DISTILLER_DATA to its folder.`);

(isThere ? describe : describe.skip)('real questions', () => {
  it('SQuAD 1.1 has its published size, and every answer stands where it should', async () => {
    const task = await made(
      { train: 'qa/squad1.1/dev-v1.1.json', validation: 'qa/squad1.1/test-v1.1.json' },
      data,
    );
    const [train, validation] = await Promise.all([
      all(task.read('train')),
      all(task.read('validation')),
    ]);
    expect(train.length + validation.length).toBe(10_570);
  });
});
