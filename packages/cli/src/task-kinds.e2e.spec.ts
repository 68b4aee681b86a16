import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DistillResult, FinetuneResult, Prediction } from '@distiller/pipeline';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

jest.setTimeout(120_000);

const PEOPLE = ['anna', 'bob', 'carla', 'dan'];
const PLACES = ['paris', 'rome', 'new york', 'old town'];
const PAIRS = PEOPLE.flatMap((person) => PLACES.map((place) => [person, place] as const));

/** Who goes is tagged by one word, where to by one or two. */
const SENTENCES = PAIRS.map(([person, place]) =>
  [
    `${person} B-per`,
    'goes O',
    'to O',
    ...place.split(' ').map((word, i) => `${word} ${i === 0 ? 'B' : 'I'}-loc`),
    '',
  ].join('\n'),
);

/** A text has a label for each of two words that it may contain. */
const ROWS = PAIRS.map(([person, place]) => {
  const labels = [...(person.length > 3 ? ['long'] : []), ...(place.includes(' ') ? ['wide'] : [])];
  return `${person} goes to ${place}\t${labels.join(',')}`;
});

const QUESTIONS = PAIRS.flatMap(([person, place], number) => {
  const context = `${person} goes to ${place}.`;
  const asked = [
    ['who ?', person],
    ['where ?', place],
  ] as const;
  return asked.map(([question, text]) => ({
    context,
    qas: [
      {
        id: `${number} ${question}`,
        question,
        answers: [{ text, answer_start: context.indexOf(text) }],
      },
    ],
  }));
});

interface Kind {
  readonly name: string;
  readonly task: string;
  readonly metric: string;
  readonly input: string;
  readonly line: RegExp;
  readonly prediction: object;
  readonly outputs: readonly string[];
  /** What it takes to learn it, and the score that a student of one layer exceeds by then. */
  readonly training: string;
  readonly student: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'multi-label',
    task: '{ use: file, kind: multi-label, train: rows.tsv, validation: rows.tsv }',
    metric: 'f1-micro',
    input: 'anna goes to new york',
    line: /^long,wide\tanna goes to new york\n$/,
    prediction: { labels: ['long', 'wide'] },
    outputs: ['logits'],
    training: 'epochs: 25, evaluateEvery: 50, learningRate: 0.01',
    student: 0.5,
  },
  {
    name: 'words',
    task: '{ use: conll, train: words.conll, validation: words.conll }',
    metric: 'f1',
    input: 'dan goes to old town',
    line: /^B-per O O B-loc I-loc\tdan goes to old town\n$/,
    prediction: { words: expect.arrayContaining([expect.objectContaining({ word: 'dan' })]) },
    outputs: ['logits'],
    training: 'epochs: 25, evaluateEvery: 50, learningRate: 0.01',
    student: 0.5,
  },
  {
    name: 'spans',
    task: '{ use: squad, train: squad.json, validation: squad.json, docStride: 4 }',
    metric: 'f1',
    input: 'where ?\tbob goes to rome.',
    line: /^rome\t0\.\d+\twhere \?\tbob goes to rome\.\n$/,
    prediction: { answer: expect.objectContaining({ text: 'rome', start: 12, end: 16 }) },
    outputs: ['start_logits', 'end_logits'],
    training: 'epochs: 60, evaluateEvery: 120, learningRate: 0.003',
    student: 0.4,
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-kinds-'));
  await writeFile(join(folder, 'rows.tsv'), ['text\tlabel', ...ROWS, ''].join('\n'));
  await writeFile(join(folder, 'words.conll'), SENTENCES.join('\n'));
  await writeFile(
    join(folder, 'squad.json'),
    JSON.stringify({ version: '1.1', data: [{ paragraphs: QUESTIONS }] }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function distiller(args: readonly string[]): Promise<string> {
  const io = capturedIo({ folder });
  const code = await run(args, io);
  if (code !== 0) throw new Error(io.stderr);
  return io.stdout;
}

const SIZE = 'heads: 2, intermediateSize: 64, maxLength: 16, dropout: 0';

describe.each(KINDS)('a task of $name', (kind) => {
  const { name, task, metric, input, line, outputs } = kind;
  const path = (...parts: string[]) => join(folder, ...parts);
  const training = `training: { ${kind.training}, batchSize: 8, maxLength: 16, checkpointEvery: 1000 }`;

  it('is learned, distilled, evaluated, predicted and exported', async () => {
    await writeFile(
      path('teacher.yaml'),
      `name: ${name}\ntask: ${task}\nmodel: { use: bert, layers: 2, hiddenSize: 32, ${SIZE}, tokenizer: { train: { vocabularySize: 120 } } }\n${training}\n`,
    );
    await writeFile(
      path('student.yaml'),
      `name: ${name}\ntask: ${task}\nteacher: { use: bert, model: runs/${name}/model, signals: { cache: {} } }\nstudent: { use: bert, layers: 1, hiddenSize: 16, ${SIZE} }\nobjectives: [${name === 'multi-label' ? '{ use: logit-mse }' : '{ use: soft-cross-entropy }'}, { use: hard-label }]\n${training}\n`,
    );
    const runs = path('runs', name);
    await distiller(['finetune', 'teacher.yaml', '--out', runs]);
    const tuned = JSON.parse(await readFile(join(runs, 'result.json'), 'utf8')) as FinetuneResult;
    expect(tuned.metric).toBe(metric);
    expect(tuned.scores[metric]).toBeGreaterThan(0.9);

    await distiller(['run', 'student.yaml', '--out', `${runs}-kd`]);
    const { rows } = JSON.parse(
      await readFile(join(`${runs}-kd`, 'result.json'), 'utf8'),
    ) as DistillResult;
    expect(rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    expect(rows[0]?.scores).toEqual(tuned.scores);
    expect(rows[2]?.scores[metric]).toBeGreaterThan(kind.student);

    const evaluated = JSON.parse(
      await distiller(['evaluate', runs, '--recipe', 'student.yaml', '--json']),
    ) as { scores: object; examples: number };
    expect(evaluated).toMatchObject({
      scores: tuned.scores,
      examples: name === 'spans' ? 32 : 16,
    });

    const asked = ['predict', runs, input, ...(input.includes('\t') ? ['--pair'] : [])];
    expect(await distiller(asked)).toMatch(line);
    const prediction = JSON.parse(await distiller([...asked, '--json'])) as Prediction;
    expect(prediction).toMatchObject(kind.prediction);

    await distiller(['export', runs, '--format', 'onnx', '--out', `${runs}-onnx`]);
    const session = await InferenceSession.create(join(`${runs}-onnx`, 'onnx', 'model.onnx'));
    const ids = (values: readonly bigint[]) =>
      new Tensor('int64', BigInt64Array.from(values), [1, 3]);
    const answers = await session.run({
      input_ids: ids([2n, 5n, 3n]),
      attention_mask: ids([1n, 1n, 1n]),
      token_type_ids: ids([0n, 0n, 0n]),
    });
    expect(Object.keys(answers)).toEqual(outputs);
    const shapes = { 'multi-label': [1, 2], words: [1, 3, 4], spans: [1, 3] };
    expect(answers[outputs[0] as string]?.dims).toEqual(shapes[name as keyof typeof shapes]);
  });
});

it('asks for the context of a question', async () => {
  const io = capturedIo({ folder });
  expect(await run(['predict', 'runs/spans', 'where ?'], io)).not.toBe(0);
  expect(io.stderr).toContain(
    'needs two, the question and its context. On the command line give --pair.',
  );
});
