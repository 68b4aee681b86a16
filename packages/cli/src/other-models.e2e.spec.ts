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

describe('mixup', () => {
  it.each([
    ['bilstm', 'embeddingSize: 4, hiddenSize: 3, innerSize: 4'],
    ['textcnn', 'embeddingSize: 4, filters: 3'],
  ])('mixes what %s reads, with labels too', async (name, sizes) => {
    const recipe = `${TASK}
teacher: { use: bert, model: teacher }
student: { use: ${name}, ${sizes}, maxLength: 16 }
objectives: [{ use: logit-mse }, { use: hard-label }]
mixup: {}
${TRAINING}`;
    await workspace.write(`${name}-mixed.yaml`, recipe);
    const out = `runs/${name}-mixed`;
    const { rows } = await json<DistillResult>('run', `${name}-mixed.yaml`, '--out', out);
    expect(rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
  });
});

describe('a student with a pruned vocabulary', () => {
  it("learns from the teacher's layers, though its tokens have other numbers", async () => {
    const student =
      '{ use: bert, initialise: { teacherLayers: [1] }, vocabulary: { prune: true } }';
    const recipe = `${TASK}\nteacher: { use: bert, model: teacher }\nstudent: ${student}\nintermediate: [{ use: hidden-mse, matching: { use: last } }]\nbaseline: false\n${TRAINING}`;
    await workspace.write('pruned.yaml', recipe);
    const { rows } = await json<DistillResult>('run', 'pruned.yaml', '--out', 'runs/pruned');
    expect(rows.map(({ role }) => role)).toEqual(['teacher', 'student-kd']);
  });
});

/** A plugin with a student, the mean of word vectors, and the architecture that opens it again. */
const PLUGIN = `
import * as tf from '${import.meta.resolve('@tensorflow/tfjs')}';
import { z } from '${import.meta.resolve('zod')}';
import { customStudent, defineNetwork, linearPlan, networkArchitecture } from '${import.meta.resolve('@distiller/students')}';
const network = defineNetwork({
  modelType: 'bag-of-words',
  settings: z.strictObject({}),
  describe: () => ({ layers: 0, hiddenSize: 4, heads: 1, provides: ['logits'] }),
  parameters: ({ vocabularySize, outputs }) => ({
    words: { shape: [vocabularySize, 4], initial: { deviation: 0.1 } },
    ...linearPlan('classifier', 4, outputs),
  }),
  forward(_, params, { ids, mask }) {
    const tokens = tf.cast(mask, 'float32');
    const sum = tf.sum(tf.mul(tf.gather(params.words, ids), tf.expandDims(tokens, 2)), 1);
    const mean = tf.div(sum, tf.sum(tokens, 1, true));
    const logits = tf.add(tf.matMul(mean, params['classifier.weight'], false, true), params['classifier.bias']);
    return { logits, mask: tokens };
  },
});
const student = {
  kind: 'student', name: 'bag', summary: 'A bag of words.', settings: z.strictObject({}), needs: {},
  create: () => customStudent({ network, settings: {}, maxLength: 16 }),
};
export default {
  name: 'distiller-plugin-bag', apiVersion: '1',
  components: [student, networkArchitecture(network, 'Bags of words.')],
};
`;

describe('an architecture of a plugin', () => {
  it('works with every command', async () => {
    await workspace.write('bag.mjs', PLUGIN);
    const plugins = 'plugins: [./bag.mjs]\n';
    const rest = `${TASK}\nobjectives: [{ use: logit-mse }]\n${TRAINING}`;
    const student = '{ use: bag }';
    await workspace.write(
      'bag.yaml',
      `${plugins}teacher: { use: bert, model: teacher }\nstudent: ${student}\n${rest}`,
    );
    const { rows } = await json<DistillResult>('run', 'bag.yaml', '--out', 'runs/bag');
    const { scores } = await json<{ scores: object }>(
      'evaluate',
      'runs/bag',
      '--recipe',
      'bag.yaml',
    );
    expect(scores).toEqual(rows[2]?.scores);
    const plugin = ['--plugin', './bag.mjs'];
    const { label } = await json<{ label: string }>(
      'predict',
      'runs/bag',
      'a good film',
      ...plugin,
    );
    expect(['fine', 'poor']).toContain(label);
    await json('export', 'runs/bag', '--format', 'onnx', '--out', 'bag-onnx', ...plugin);
    // It teaches, and starts a student.
    await workspace.write(
      'taught.yaml',
      `${plugins}teacher: { use: bert, model: runs/bag/student }\nstudent: { use: bert, initialise: { folder: runs/bag/student } }\n${rest}`,
    );
    const taught = await json<DistillResult>('run', 'taught.yaml', '--out', 'runs/taught');
    expect(taught.rows[0]?.scores).toEqual(scores);
    const { code, stderr } = await workspace.run(['predict', 'runs/bag', 'a good film']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model_type is "bag-of-words"; expected one of bert, .*A plugin may/);
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
