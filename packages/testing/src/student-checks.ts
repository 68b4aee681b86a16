import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRng,
  isTokenFeature,
  type EncodedInputs,
  type Engine,
  type HostTensor,
  type HostTensors,
  type Program,
  type Student,
  type StudentRequest,
  type Texts,
  type TextModel,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { Check } from './check.js';
import { answers } from './answers.js';
import { assertNear, TOLERANCE } from './assert-near.js';
import { encodedTexts } from './encoded-texts.js';
import { agreement } from './engine/agreement.js';
import { momentum } from './engine/momentum.js';

export interface StudentSubject {
  readonly student: Student;
  /** For a task whose predictions are a row of logits a text. */
  readonly request: Omit<StudentRequest, 'rng'>;
  /** Texts of different lengths; two at least, all shorter by three tokens than the longest that the model reads. */
  readonly texts: readonly Texts[];
  readonly engine: Engine;
  /** An engine that compiles, to be compared with the other. */
  readonly compiled?: Engine;
  /** Opens what a model saved. */
  open(folder: string): Promise<TextModel>;
  /** Parameters that no loss on the logits depends on. */
  readonly unused?: readonly string[];
  /** False for a network that knows nothing of mixup. Default true. */
  readonly mixes?: boolean;
}

/** Promises of `Student` and of the models that it builds. */
export const studentChecks: readonly Check<StudentSubject>[] = [
  {
    name: 'gives equal weights for equal generators',
    async run(subject) {
      const [first, second] = [await build(subject), await build(subject)];
      strictEqual(second.fingerprint, first.fingerprint);
      deepStrictEqual(Object.keys(second.weights), Object.keys(first.weights));
    },
  },
  {
    name: 'builds a model with the outputs of the task, and every feature that it says it provides',
    async run(subject) {
      const model = await build(subject);
      const { description, tokenizer } = model;
      strictEqual(description.outputs, subject.request.task.outputs, 'outputs');
      ok(tokenizer.vocabularySize <= description.vocabularySize, 'tokens without a row');
      const outputs = await run(subject, model, subject.texts);
      const [batch, length] = outputs['mask']?.shape as [number, number];
      deepStrictEqual(outputs['logits']?.shape, [batch, description.outputs]);
      for (const feature of description.provides) {
        if (feature === 'logits') continue;
        const layers = description.layers + (feature === 'hidden' ? 1 : 0);
        const shape = isTokenFeature(feature)
          ? [batch, length, description.hiddenSize]
          : [batch, description.heads, length, length];
        for (let layer = 0; layer < layers; layer++)
          deepStrictEqual(outputs[`${feature}/${layer}`]?.shape, shape, `${feature}/${layer}`);
      }
    },
  },
  {
    name: 'does not heed padding',
    async run(subject) {
      const model = await build(subject);
      const [plain, padded] = [
        await run(subject, model, subject.texts),
        await run(subject, model, subject.texts, 3),
      ];
      assertNear('logits beside more padding', logits(padded), logits(plain));
    },
  },
  {
    name: 'answers a text alone as it does among others',
    async run(subject) {
      const model = await build(subject);
      const all = await run(subject, model, subject.texts);
      for (const [row, text] of subject.texts.entries()) {
        const width = model.description.outputs;
        const alone = logits(await run(subject, model, [text]));
        const among = logits(all).subarray(row * width, (row + 1) * width);
        assertNear(`logits of text ${row} alone`, alone, among);
      }
    },
  },
  {
    name: 'is reached by the gradient in every parameter',
    async run(subject) {
      const model = await build(subject);
      const training = await subject.engine.training(lossProgram(model), model.weights, momentum);
      try {
        const { gradients } = await training.gradients(inputsOf(subject, model), POINT);
        const unreached = Object.entries(gradients).flatMap(([name, { data }]) =>
          data.some((value) => value !== 0) || subject.unused?.includes(name) ? [] : [name],
        );
        deepStrictEqual(unreached, [], `no gradient for ${unreached.join(', ')}`);
      } finally {
        await training.dispose();
      }
    },
  },
  {
    name: 'computes the same compiled, dropout and gradients included',
    async run(subject) {
      if (!subject.compiled) return;
      const model = await build(subject);
      const [program, inputs] = [lossProgram(model), inputsOf(subject, model)];
      const { weights } = model;
      await agreement(subject.compiled, subject.engine, TOLERANCE, { program, weights, inputs });
    },
  },
  {
    name: 'mixes word vectors when told to, and the same compiled',
    async run(subject) {
      if (subject.mixes === false) return;
      const model = await build(subject);
      const plain = logits(await run(subject, model, subject.texts));
      const twice = [...plain, ...plain];
      const reversed = subject.texts.map((_, row) => subject.texts.length - 1 - row);
      const identity = reversed.toReversed();
      const mixed = async (...mixup: Parameters<typeof mixupInputs>) =>
        logits(await run(subject, model, subject.texts, 0, mixupInputs(...mixup)));
      assertNear('logits mixed by λ = 1', await mixed(1, reversed, 0), twice);
      assertNear('logits mixed with themselves', await mixed(0.3, identity, 1), twice);
      const half = await mixed(0.5, reversed, 0);
      notDeepStrictEqual(half.slice(plain.length), plain, 'nothing was mixed');
      if (!subject.compiled) return;
      const inputs = { ...inputsOf(subject, model), ...mixupInputs(0.3, reversed, 1) };
      const { weights } = model;
      const program = lossProgram(model);
      await agreement(subject.compiled, subject.engine, TOLERANCE, { program, weights, inputs });
    },
  },
  {
    name: 'is the same when it was saved and opened, with its own weights and with others',
    async run(subject) {
      const model = await build(subject);
      const folder = await mkdtemp(join(tmpdir(), 'distiller-student-'));
      try {
        await model.save(folder);
        const opened = await subject.open(folder);
        strictEqual(opened.fingerprint, model.fingerprint, 'fingerprint');
        deepStrictEqual(opened.description, model.description);
        const before = logits(await run(subject, model, subject.texts));
        const after = logits(await run(subject, opened, subject.texts));
        assertNear('logits of the opened', after, before);
        const others = Object.fromEntries(
          Object.entries(model.weights).map(([name, parameter]) => [
            name,
            { ...parameter, data: parameter.data.map((value) => value / 2) },
          ]),
        );
        await model.save(folder, others);
        const { weights } = await subject.open(folder);
        for (const [name, { data }] of Object.entries(others))
          deepStrictEqual(weights[name]?.data, data, `${name} saved with other values`);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  },
];

const POINT = { seed: 3, step: 0 };

function build({ student, request }: StudentSubject): Promise<TextModel> {
  return student.build({ ...request, rng: createRng(11) });
}

function inputsOf({ texts }: StudentSubject, model: TextModel, extra = 0): HostTensors {
  return encodedTexts(model.tokenizer, texts, model.description.maxLength, extra);
}

function run(
  { engine }: StudentSubject,
  model: TextModel,
  texts: readonly Texts[],
  extra?: number,
  mixup?: HostTensors,
): Promise<HostTensors> {
  return answers(engine, model, texts, extra, mixup);
}

/** The inputs `mixup/…` of EncodedInputs. */
function mixupInputs(lambda: number, permutation: readonly number[], union: 0 | 1): HostTensors {
  const scalar = (value: number): HostTensor => ({
    dtype: 'float32',
    shape: [],
    data: Float32Array.of(value),
  });
  return {
    'mixup/lambda': scalar(lambda),
    'mixup/permutation': {
      dtype: 'int32',
      shape: [permutation.length],
      data: Int32Array.from(permutation),
    },
    'mixup/union': scalar(union),
  };
}

/** The mean square of the logits' distances from 1, 2, …: it pulls at each of them. */
function lossProgram(model: TextModel): Program {
  return (params, inputs, context) => {
    const output = model.forward(params, inputs as EncodedInputs, context).logits;
    const goal = tf.tensor1d(
      Array.from({ length: model.description.outputs }, (_, index) => index + 1),
    );
    return { loss: tf.mean(tf.squaredDifference(output, goal)) as tf.Scalar, outputs: {} };
  };
}

function logits(outputs: HostTensors): Float32Array {
  return (outputs['logits'] as HostTensor).data as Float32Array;
}
