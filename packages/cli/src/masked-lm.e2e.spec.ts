import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { bind, createRng, ENGINE, Registry, RESOLVE_PATH } from '@distiller/core';
import { augmentationPlugin } from '@distiller/augmentation';
import { loadTokenizer, softmax } from '@distiller/data';
import { createEagerEngine } from '@distiller/engine';
import type { Prediction } from '@distiller/pipeline';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ROWS, TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

const RECIPE = `name: words
task: { use: masked-lm, train: texts.txt, validation: { fraction: 0.2 } }
model: { use: bert, initialise: random, layers: 1, hiddenSize: 16, heads: 2, intermediateSize: 32, maxLength: 16, dropout: 0, tokenizer: { train: { vocabularySize: 150 } } }
engine: { use: onnx, threads: 1 }
training: { maxSteps: 40, epochs: 40, batchSize: 12, maxLength: 16, learningRate: 0.02, checkpointEvery: 1, evaluateEvery: 10 }
`;

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  const texts = ROWS.map((row) => row.replace('\t', ' is '));
  await workspace.write('texts.txt', texts.join('\n'));
  await workspace.write('words.yaml', RECIPE);
});
afterAll(() => workspace.remove());

it('makes a masked language model of plain text, which then proposes words', async () => {
  const { code, stdout, stderr } = await workspace.run(['--json', 'finetune', 'words.yaml', '--out', 'mlm']); // prettier-ignore
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { scores } = JSON.parse(stdout) as { scores: Record<string, number> };
  // "a … … is …" has three words of its own: whoever knows the pattern finds more than a third, and a guess one of 40.
  expect(scores['accuracy']).toBeGreaterThan(0.25);
  const config = JSON.parse(await readFile(workspace.path('mlm/model/config.json'), 'utf8'));
  expect(config.architectures).toEqual(['BertForMaskedLM']);

  const engine = await createEagerEngine({ backend: 'cpu' });
  const augmenter = await new Registry()
    .use(augmentationPlugin)
    .create('augmenter', { use: 'contextual', model: 'mlm/model', batchSize: 1 }, [
      bind(ENGINE, engine),
      bind(RESOLVE_PATH, (path: string) => workspace.path(path)),
    ]);
  const [out = ''] = await augmenter.augment(['a good film is fine'], [createRng(1)]);
  await augmenter.dispose?.();
  await engine.dispose();
  expect(out).not.toBe('a good film is fine');
  expect(out.split(' ')).toHaveLength(5);
});

it('scores hidden words of a file, the same at every evaluation', async () => {
  const evaluate = async () => {
    const args = [
      '--json',
      'evaluate',
      'mlm',
      '--task',
      'masked-lm',
      '--set',
      'task.test=texts.txt',
    ];
    const { code, stdout, stderr } = await workspace.run(args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as {
      split: string;
      examples: number;
      scores: Record<string, number>;
    };
  };
  const { split, examples, scores } = await evaluate();
  expect([split, examples]).toEqual(['test', 36]);
  expect(scores['perplexity']).toBeCloseTo(Math.exp(scores['loss'] ?? NaN), 6);
  // As above, of words that it mostly was trained on.
  expect(scores['accuracy']).toBeGreaterThan(0.25);
  expect((await evaluate()).scores).toEqual(scores);
});

it('finds the words behind masks', async () => {
  const text = 'a good [MASK] is [MASK]';
  const { code, stdout } = await workspace.run(['--json', 'predict', 'mlm', '--top-k', '3', text]);
  expect(code).toBe(0);
  const { label, masks } = JSON.parse(stdout) as Required<Prediction>;
  expect(masks.map((mask) => mask.length)).toEqual([3, 3]);
  expect(label).toBe(masks.map(([best]) => best?.token).join(' '));
  expect(['fine', 'poor']).toContain(masks[1]?.[0]?.token);
  const [best = NaN, next = NaN] = masks[1]?.map(({ probability }) => probability) ?? [];
  expect(best).toBeGreaterThan(next);

  const line = await workspace.run(['predict', 'mlm', '--top-k', '1', text]);
  expect(line.stdout).toMatch(
    /^\w+ 0\.\d{4}; (fine|poor) 0\.\d{4}\ta good \[MASK\] is \[MASK\]\n$/,
  );
  const without = await workspace.run(['predict', 'mlm', text, 'a good film']);
  expect(without.code).toBe(1);
  expect(without.stderr).toContain(
    'Text 2 has no [MASK]: "a good film". Write [MASK] where a word is to be found.',
  );
});

it('exports logits for every token, those that it predicts with', async () => {
  const { code, stderr } = await workspace.run(['export', 'mlm', '--format', 'onnx', '--out', 'mlm-onnx']); // prettier-ignore
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const tokenizer = await loadTokenizer(workspace.path('mlm/model'));
  const text = 'a good [MASK] is fine';
  const { ids } = tokenizer.encode([text], 16);
  const session = await InferenceSession.create(workspace.path('mlm-onnx/onnx/model.onnx'));
  const ones = ids.map(() => 1n);
  const tensor = (values: readonly bigint[]) =>
    new Tensor('int64', BigInt64Array.from(values), [1, ids.length]);
  const { logits } = await session.run({
    input_ids: tensor(ids.map(BigInt)),
    attention_mask: tensor(ones),
    token_type_ids: tensor(ones.map(() => 0n)),
  });
  const words = tokenizer.vocabularySize;
  expect(logits?.dims).toEqual([1, ids.length, words]);
  const position = ids.findIndex((id) => tokenizer.text?.(id) === '[MASK]');
  const row = softmax(
    Array.from((logits?.data as Float32Array).subarray(position * words, (position + 1) * words)),
  );
  const { stdout } = await workspace.run(['--json', 'predict', 'mlm', '--top-k', '2', text]);
  const [mask = []] = (JSON.parse(stdout) as Required<Prediction>).masks;
  const best = row.toSorted((a, b) => b - a);
  mask.forEach(({ probability }, rank) => expect(probability).toBeCloseTo(best[rank] ?? NaN, 5));
});

it('refuses to score a classifier on hidden words', async () => {
  const { code, stderr } = await workspace.run(['evaluate', 'teacher', '--task', 'masked-lm', '--set', 'task.test=texts.txt']); // prettier-ignore
  expect(code).toBe(2);
  expect(stderr).toContain(
    'The model was made for classification but the task masked-lm is masked-lm.',
  );
});

it('goes on after a stop and ends with the same bytes', async () => {
  const stopped = await workspace.run(['finetune', 'words.yaml', '--out', 'again'], (said, controller) => {
    if (/model: 1\/40/.test(said)) controller.abort();
  }); // prettier-ignore
  expect(stopped.code).toBe(1);
  const resumed = await workspace.run(['finetune', 'words.yaml', '--out', 'again', '--resume']);
  expect(resumed.code).toBe(0);
  const [whole, parts] = await Promise.all(
    ['mlm', 'again'].map((run) => readFile(workspace.path(run, 'model/model.safetensors'))),
  );
  expect(parts?.equals(whole as Buffer)).toBe(true);
});
