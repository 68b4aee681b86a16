import { join } from 'node:path';
import {
  createRng,
  type EncodedInputs,
  type Engine,
  type HostTensors,
  type Task,
  type Teacher,
  type Tensors,
  type TextModel,
} from '@distiller/core';
import { linear, writeSafetensors } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { examples, parameter, tokenizer } from './toy-distillation.fixture.js';

/** Mean of word vectors and a linear head; mixes its word vectors when it is told to. */
export function mixingBag(width: number, seed: number): TextModel {
  const rng = createRng(seed);
  const model: TextModel = {
    description: {
      architecture: 'mixing-bag',
      layers: 1,
      hiddenSize: width,
      heads: 1,
      vocabularySize: 24,
      maxLength: 16,
      outputs: 2,
      provides: ['logits', 'hidden'],
    },
    weights: {
      table: parameter([24, width], rng.derive('table').normals(24 * width)),
      'head.weight': parameter([2, width], rng.derive('head').normals(2 * width)),
    },
    tokenizer,
    files: () => ({}),
    fingerprint: `mixing-bag-${width}-${seed}`,
    forward: (params, inputs) => {
      const { vectors, mask } = read(params['table'] as tf.Tensor2D, inputs);
      const weights = tf.expandDims(mask, -1);
      const pooled = tf.div(tf.sum(tf.mul(vectors, weights), 1), tf.sum(weights, 1));
      return {
        logits: linear(pooled, params['head.weight'] as tf.Tensor2D),
        hidden: [vectors, vectors],
        mask,
      };
    },
    save: (folder, weights = model.weights) =>
      writeSafetensors(join(folder, 'model.safetensors'), weights),
  };
  return model;
}

function read(
  table: tf.Tensor2D,
  inputs: EncodedInputs,
): { readonly vectors: tf.Tensor3D; readonly mask: tf.Tensor2D } {
  const vectors: tf.Tensor3D = tf.gather<tf.Tensor>(table, inputs.ids) as tf.Tensor3D;
  const mask = tf.cast(inputs.mask, 'float32') as tf.Tensor2D;
  const lambda = inputs['mixup/lambda'];
  if (!lambda) return { vectors, mask };
  const other = tf.gather(vectors, inputs['mixup/permutation'] as tf.Tensor1D);
  const mixed = tf.add(tf.mul(vectors, lambda), tf.mul(other, tf.sub(1, lambda)));
  return {
    vectors: tf.concat([vectors, mixed]) as tf.Tensor3D,
    mask: tf.concat([mask, mask]) as tf.Tensor2D,
  };
}

/** A teacher that mixes, and keeps the batches that it was asked about. */
export async function mixingTeacher(
  engine: Engine,
): Promise<Teacher & { readonly asked: readonly string[][] }> {
  const model = mixingBag(6, 3);
  const program = (params: Tensors, inputs: Tensors) => ({
    outputs: { logits: model.forward(params, inputs as EncodedInputs, undefined as never).logits },
  });
  const inference = await engine.inference(program, model.weights);
  const asked: string[][] = [];
  return {
    description: model.description,
    model,
    fingerprint: model.fingerprint,
    mixes: true,
    asked,
    signals: async ({ encodings, examples, mixup }) => {
      asked.push(examples.map(({ texts }) => texts.join(' ')));
      const { logits } = await inference.run({ ...encodings['teacher'], ...mixup } as HostTensors);
      return { logits: logits as HostTensors[string] };
    },
    statistics: () => ({ computed: 0, cached: 0 }),
    dispose: () => inference.dispose(),
  };
}

const SIZES = { train: 12, validation: 8, test: 8, transfer: 8 };

export const fewOrMany: Task = {
  name: 'few-or-many',
  kind: 'classification',
  arity: 1,
  labels: ['few', 'many'],
  activation: 'softmax',
  outputs: 2,
  splits: ['train', 'validation', 'transfer'],
  metrics: ['accuracy'],
  selects: 'accuracy',
  async *read(split) {
    yield* examples(split, SIZES[split]);
  },
  evaluation: () => {
    let first: number | undefined;
    return {
      add: (_, { data }) => void (first ??= data[0] as number),
      scores: () => ({ accuracy: Math.abs(first ?? 0) }),
    };
  },
};
