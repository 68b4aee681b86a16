import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

/** Twelve words: one window of 64 tokens, several of fewer. */
const CONTEXT = 'a good film a bad play a lovely song a dull book';
const SQUAD = {
  data: [
    {
      paragraphs: [
        {
          context: CONTEXT,
          qas: ['a good film', 'a dull book'].map((question, index) => ({
            id: String(index),
            question,
            answers: [{ text: 'song', answer_start: CONTEXT.indexOf('song') }],
          })),
        },
      ],
    },
  ],
};

describe('windows of contexts', () => {
  let workspace: TinyWorkspace;
  const recipe = (windows: string) => `
task: { use: squad, train: answers.json, validation: answers.json${windows} }
model: { use: bert, layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 16, tokenizer: { folder: teacher } }
engine: { use: onnx, threads: 1 }
training: { maxSteps: 1, batchSize: 4, maxLength: 16 }
`;
  const config = async (run: string) =>
    JSON.parse(await readFile(workspace.path(run, 'model/config.json'), 'utf8')) as object;
  const say = async (...args: string[]) => {
    const { code, stdout, stderr } = await workspace.run(args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return { stdout, stderr };
  };

  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    await workspace.write('answers.json', JSON.stringify(SQUAD));
    await workspace.write('own.yaml', recipe(', docStride: 3, maxQueryLength: 2'));
    await workspace.write('default.yaml', recipe(''));
    await say('finetune', 'own.yaml', '--out', 'own');
    await say('finetune', 'default.yaml', '--out', 'default');
  });
  afterAll(() => workspace.remove());

  it('are kept with the model', async () => {
    expect(await config('own')).toMatchObject({ doc_stride: 3, max_query_length: 2 });
    expect(await config('default')).toMatchObject({ doc_stride: 128, max_query_length: 64 });
  });

  it('are those of the training when a model predicts, unless it is told others', async () => {
    const pair = `a good film\t${CONTEXT}`;
    const warning = (limit: number) => `1 of 1 questions are longer than ${limit} tokens`;
    const trained = await say('predict', 'own', '--pair', pair);
    expect(trained.stderr).toContain(warning(2));
    const others = await say('predict', 'own', '--pair', '--max-query-length', '1', pair);
    expect(others.stderr).toContain(warning(1));
    expect((await say('predict', 'default', '--pair', pair)).stderr).toBe('');
    const wrong = await workspace.run(['predict', 'own', '--pair', '--doc-stride', '0', pair]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('docStride is 0; expected a number of tokens from 1 on.');
  });

  it('are those of the training when a model is evaluated, unless the task tells others', async () => {
    const evaluate = (...more: string[]) =>
      say('evaluate', 'own', '--task', 'squad', '--set', 'task.validation=answers.json', ...more);
    expect((await evaluate()).stderr).toContain("2 of 2 questions are longer than the task's");
    const longer = await evaluate('--set', 'task.maxQueryLength=8');
    expect(longer.stderr).not.toContain('questions are longer');
  });
});
