import { join } from 'node:path';
import {
  createRng,
  type Engine,
  type Example,
  type Matching,
  type Objective,
  type Parameter,
  type Reporter,
  type Task,
  type Teacher,
  type TextModel,
  type TokenizerModel,
} from '@distiller/core';
import { adamw, detach, linear, linearSchedule, writeSafetensors } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { Distillation } from './distillation.js';

/** One token a word, hashed into a small vocabulary; 0 pads, 1 begins. */
export const tokenizer: TokenizerModel = {
  fingerprint: 'words',
  vocabularySize: 24,
  padId: 0,
  encode: (texts, maxLength) => {
    const ids = [
      1,
      ...texts
        .join(' ')
        .split(' ')
        .map((word) => 2 + (word.charCodeAt(0) % 22)),
    ].slice(0, maxLength);
    return { ids, types: ids.map(() => 0) };
  },
  files: () => ({}),
};

export function parameter(shape: number[], values: Float32Array): Parameter {
  return { dtype: 'float32', shape, data: values.map((value) => value * 0.3) };
}

/** Mean of word vectors, and a linear head: the smallest model with hidden states. */
export function bagOfWords(width: number, seed: number): TextModel {
  const rng = createRng(seed);
  const model: TextModel = {
    description: {
      architecture: 'bag',
      layers: 1,
      hiddenSize: width,
      heads: 1,
      vocabularySize: 24,
      maxLength: 8,
      outputs: 2,
      provides: ['logits', 'hidden'],
    },
    weights: {
      table: parameter([24, width], rng.derive('table').normals(24 * width)),
      'head.weight': parameter([2, width], rng.derive('head').normals(2 * width)),
    },
    tokenizer,
    fingerprint: `bag-${width}-${seed}`,
    forward: (params, { ids, mask }) => {
      const vectors = tf.gather(params['table'] as tf.Tensor, ids) as tf.Tensor3D;
      const weights = tf.expandDims(tf.cast(mask, 'float32'), -1);
      const pooled = tf.div(tf.sum(tf.mul(vectors, weights), 1), tf.sum(weights, 1));
      return {
        logits: linear(pooled, params['head.weight'] as tf.Tensor2D) as tf.Tensor2D,
        hidden: [vectors, vectors],
        mask: tf.cast(mask, 'float32') as tf.Tensor2D,
      };
    },
    files: () => ({}),
    save: (folder, weights = model.weights) =>
      writeSafetensors(join(folder, 'model.safetensors'), weights),
  };
  return model;
}

const WORDS = ['apple', 'bear', 'cat', 'dog', 'egg', 'fox', 'gate', 'hat'];

/** Label 1 when the text has more words from the first half of the alphabet list. */
export function examples(split: string, count: number): Example[] {
  const rng = createRng(5).derive(split);
  return Array.from({ length: count }, (_, index) => {
    const picks = Array.from({ length: 3 + rng.integer(4) }, () => rng.integer(WORDS.length));
    const first = picks.filter((pick) => pick < 4).length;
    return {
      id: `${split}-${index}`,
      texts: [picks.map((pick) => WORDS[pick]).join(' ')],
      ...(split === 'transfer' ? {} : { label: first * 2 > picks.length ? 1 : 0 }),
    };
  });
}

function accuracy(logits: Float32Array, labels: Float32Array): number {
  const hits = labels.reduce((sum, label, i) => {
    const predicted = (logits[2 * i + 1] ?? 0) > (logits[2 * i] ?? 0) ? 1 : 0;
    return sum + (predicted === label ? 1 : 0);
  }, 0);
  return hits / labels.length;
}

const SIZES = { train: 24, validation: 16, test: 20, transfer: 40 };

export const task: Task = {
  name: 'toy',
  kind: 'classification',
  arity: 1,
  labels: ['few', 'many'],
  activation: 'softmax',
  outputs: 2,
  splits: ['train', 'validation', 'test', 'transfer'],
  metrics: ['accuracy'],
  selects: 'accuracy',
  async *read(split) {
    yield* examples(split, SIZES[split]);
  },
  evaluation() {
    const logits: number[] = [];
    const labels: number[] = [];
    return {
      add({ examples }, { data }) {
        examples.forEach(({ label }, row) => {
          labels.push(label as number);
          logits.push(...data.subarray(2 * row, 2 * row + 2));
        });
      },
      scores: () => ({
        accuracy: accuracy(Float32Array.from(logits), Float32Array.from(labels)),
      }),
    };
  },
};

export const softMse: Objective = {
  reads: ['teacher'],
  refuses: () => undefined,
  loss: ({ student, teacher }) =>
    tf.mean(tf.square(tf.sub(student, detach(teacher as tf.Tensor)))) as tf.Scalar,
};

export const labels: Objective = {
  reads: ['labels'],
  refuses: () => undefined,
  loss: ({ student, labels: ids }) =>
    tf.neg(
      tf.mean(tf.sum(tf.mul(tf.gather(tf.eye(2), ids as tf.Tensor1D), tf.logSoftmax(student)), -1)),
    ) as tf.Scalar,
};

export const lastToLast: Matching = { pairs: () => [{ student: 1, teacher: 1, weight: 1 }] };

export async function teacherOf(model: TextModel, engine: Engine): Promise<Teacher> {
  const inference = await engine.inference((params, inputs, context) => {
    const { logits, hidden } = model.forward(params, inputs as never, context);
    return { outputs: { logits, 'hidden/1': hidden?.[1] as tf.Tensor } };
  }, model.weights);
  return {
    description: model.description,
    model,
    fingerprint: model.fingerprint,
    signals: async (batch, { layers }) => {
      const all = await inference.run(batch.encodings['teacher'] ?? {});
      return {
        logits: all['logits'] as never,
        ...(layers.length ? { 'hidden/1': all['hidden/1'] as never } : {}),
      };
    },
    statistics: () => ({ computed: 0, cached: 0 }),
    dispose: () => inference.dispose(),
  };
}

export const silent: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

/** Two epochs, 16 steps, on a student of 4 dimensions. */
export function toyDistillation(engine: Engine, teacher: Teacher): Distillation {
  return {
    name: 'toy',
    seed: 7,
    engine,
    task,
    teacher,
    student: { build: async () => bagOfWords(4, 11) },
    objectives: [
      { name: 'soft', weight: 1, objective: softMse },
      { name: 'labels', weight: 0.5, objective: labels },
    ],
    intermediate: [
      {
        name: 'hidden',
        weight: 0.5,
        matching: lastToLast,
        reduce: 'sum',
        objective: {
          feature: 'hidden',
          needsEqualWidth: true,
          loss: ({ student, teacher: target }) =>
            tf.mean(tf.square(tf.sub(student, detach(target)))) as tf.Scalar,
        },
      },
    ],
    baseline: labels,
    training: {
      epochs: 2,
      batchSize: 8,
      accumulate: 1,
      maxLength: 8,
      learningRate: 0.05,
      optimizer: adamw({}),
      schedule: linearSchedule({ warmup: 0.1 }),
      checkpointEvery: 3,
      keepCheckpoints: 2,
      logEvery: 1,
    },
  };
}
