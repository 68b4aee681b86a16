import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { bind, createRng, ENGINE, Registry, RESOLVE_PATH } from '@distiller/core';
import { augmentationPlugin } from '@distiller/augmentation';
import { createEagerEngine } from '@distiller/engine';
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
