import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DistillResult } from '@distiller/pipeline';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(120_000);

const TASK = 'task: { use: file, train: reviews.tsv, validation: { fraction: 0.25 } }';
const TRAINING = `engine: { use: onnx, threads: 1 }
training: { maxSteps: 2, batchSize: 16, maxLength: 16, learningRate: 0.01 }
`;

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await TinyWorkspace.make();
});
afterAll(() => workspace.remove());

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await workspace.run([...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** Distils with a student and a teacher, scores and exports what comes out. */
async function distilled(name: string, student: string, teacher: string): Promise<DistillResult> {
  const recipe = `name: ${name}\n${TASK}\nteacher: ${teacher}\nstudent: ${student}\nobjectives: [{ use: logit-mse }]\n${TRAINING}`;
  await workspace.write(`${name}.yaml`, recipe);
  return json('run', `${name}.yaml`, '--out', `runs/${name}`);
}

describe('students that are no encoders', () => {
  it.each([
    ['bilstm', '{ use: bilstm, embeddingSize: 8, hiddenSize: 4, innerSize: 8, maxLength: 16 }'],
    ['textcnn', '{ use: textcnn, embeddingSize: 8, filters: 4, maxLength: 16 }'],
  ])('%s is trained, scored, asked and exported by the command', async (name, student) => {
    const { rows } = await distilled(name, student, '{ use: bert, model: teacher }');
    expect(rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    const { scores } = await json<{ scores: object }>(
      'evaluate',
      `runs/${name}`,
      '--recipe',
      `${name}.yaml`,
    );
    expect(scores).toEqual(rows[2]?.scores);
    const [prediction] = [await json<{ label: string }>('predict', `runs/${name}`, 'a good film')];
    expect(['fine', 'poor']).toContain(prediction?.label);

    await json('export', `runs/${name}`, '--format', 'onnx', '--out', `${name}-onnx`);
    const config = JSON.parse(
      await readFile(join(workspace.path(`${name}-onnx`), 'config.json'), 'utf8'),
    ) as object;
    expect(config).toMatchObject({ model_type: `distiller-${name}`, sequence_length: 16 });
  });
});

describe('teachers that are more or less than a model', () => {
  const student = '{ use: bert, layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16 }';

  it('ensemble, onnx and precomputed teach and are scored', async () => {
    const ensemble = await distilled(
      'ensemble',
      student,
      '{ use: ensemble, models: [teacher, teacher], combine: probabilities }',
    );
    const single = await distilled('single', student, '{ use: bert, model: teacher }');
    expect(ensemble.rows[0]).toMatchObject({
      role: 'teacher',
      scores: single.rows[0]?.scores,
      parameters: 2 * (single.rows[0]?.parameters ?? NaN),
    });
    // The exported bilstm of above: another architecture, for one length.
    const onnx = await distilled('onnx', student, '{ use: onnx, model: bilstm-onnx }');
    expect(onnx.rows[0]?.scores).toEqual(
      (await json<{ scores: object }>('evaluate', 'runs/bilstm', '--recipe', 'bilstm.yaml')).scores,
    );
  });

  it('is refused before it runs where its layers are asked for', async () => {
    const recipe = `${TASK}\nteacher: { use: onnx, model: bilstm-onnx }\nstudent: ${student}\nintermediate: [{ use: hidden-mse }]\n${TRAINING}`;
    await workspace.write('layers.yaml', recipe);
    const { code, stderr } = await workspace.run(['run', 'layers.yaml', '--out', 'runs/layers']);
    expect(code).toBe(2);
    expect(stderr).toContain("needs the teacher's hidden, but the teacher gives only logits");
  });

  it('names the text that a file of predictions lacks, before training', async () => {
    await workspace.write('said.jsonl', '{"text": "a good film", "logits": [1, -1]}\n');
    const recipe = `${TASK}\nteacher: { use: precomputed, file: said.jsonl }\nstudent: { use: textcnn, filters: 2, embeddingSize: 4, tokenizer: { train: {} } }\nobjectives: [{ use: logit-mse }]\n${TRAINING}`;
    await workspace.write('said.yaml', recipe);
    const { code, stderr } = await workspace.run(['run', 'said.yaml', '--out', 'runs/said']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/said\.jsonl has nothing for the text "a \w+ \w+" \(train\/\d+\)/);
  });
});
