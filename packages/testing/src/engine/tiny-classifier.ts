import {
  createRng,
  type HostTensors,
  type Parameter,
  type Program,
  type Weights,
} from '@distiller/core';
import { dropout, embedding, gelu, layerNorm, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { integers, parameter } from './host-arrays.js';
import { sample } from './op-case.js';

const [BATCH, TOKENS, VOCABULARY, WIDTH, HEADS, INNER, CLASSES] = [3, 6, 20, 8, 2, 16, 3];
const LAYERS = 2;
const TEACHER_WIDTH = 12;
const TEMPERATURE = 2;
const EPSILON = 1e-12;

/** A program with weights and inputs to run it on. */
export interface ProgramCase {
  readonly program: Program;
  readonly weights: Weights;
  readonly inputs: HostTensors;
}

/**
 * A step of knowledge distillation in miniature: an attention classifier of two layers with dropout, soft and
 * hard cross-entropy, and the mean squared error of projected hidden states under a mask.
 */
export function tinyClassifier(): ProgramCase {
  return { program, weights: initialWeights(), inputs: batch() };
}

const program: Program = (params, inputs, context) => {
  const p = (name: string) => params[name] as tf.Tensor;
  const mask = tf.cast(inputs['mask'] as tf.Tensor, 'float32'); // [B, T]
  const bias = tf.reshape(tf.mul(tf.sub(1, mask), -1e9), [BATCH, 1, 1, TOKENS]);
  const split = (x: tf.Tensor) =>
    tf.transpose(tf.reshape(x, [BATCH, TOKENS, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]);
  const norm = (x: tf.Tensor, name: string) =>
    layerNorm(x, p(`${name}.gamma`), p(`${name}.beta`), EPSILON);
  const dense = (x: tf.Tensor, name: string) => linear(x, p(`${name}.weight`), p(`${name}.bias`));

  let hidden = embedding(p('words') as tf.Tensor2D, inputs['ids'] as tf.Tensor);
  hidden = norm(tf.add(hidden, p('positions')), 'embeddings');
  for (let layer = 0; layer < LAYERS; layer++) {
    hidden = context.within(`layer ${layer}`, () => {
      const [query, key, value] = ['query', 'key', 'value'].map((name) =>
        split(dense(hidden, `${layer}.${name}`)),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(WIDTH / HEADS));
      const attention = dropout(
        tf.softmax(tf.add(scores, bias)),
        0.1,
        `${layer}.attention`,
        context,
      );
      const mixed = tf.reshape(
        tf.transpose(tf.matMul(attention, value), [0, 2, 1, 3]),
        hidden.shape,
      );
      const attended = norm(tf.add(hidden, dense(mixed, `${layer}.out`)), `${layer}.first`);
      const inner = dense(gelu(dense(attended, `${layer}.up`)), `${layer}.down`);
      return norm(
        tf.add(attended, dropout(inner, 0.1, `${layer}.inner`, context)),
        `${layer}.second`,
      );
    });
  }
  const first = tf.squeeze(tf.slice(hidden, [0, 0, 0], [-1, 1, -1]), [1]);
  const logits = dense(tf.tanh(dense(first, 'pooler')), 'classifier');

  const teacher = tf.softmax(tf.div(inputs['teacher'] as tf.Tensor, TEMPERATURE));
  const soft = tf.sum(tf.mul(teacher, tf.logSoftmax(tf.div(logits, TEMPERATURE))), -1);
  const labels = tf.cast(tf.oneHot(inputs['labels'] as tf.Tensor, CLASSES), 'float32');
  const hard = tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1);
  const error = tf.square(tf.sub(linear(hidden, p('projection')), inputs['hidden'] as tf.Tensor));
  const masked = tf.sum(tf.mul(tf.mean(error, -1), mask));
  const intermediate = tf.div(masked, tf.sum(mask));
  const prediction = tf.neg(tf.mean(tf.add(tf.mul(soft, TEMPERATURE ** 2), hard)));
  return { loss: tf.add(prediction, intermediate) as tf.Scalar, outputs: { logits, hidden } };
};

function initialWeights(): Weights {
  const weights: Record<string, Parameter> = {};
  const random = (name: string, shape: readonly number[], scale: number) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const data = createRng(5).derive(name).normals(size);
    weights[name] = { dtype: 'float32', shape, data: data.map((value) => value * scale) };
  };
  const dense = (name: string, out: number, width: number) => {
    random(`${name}.weight`, [out, width], 1 / Math.sqrt(width));
    random(`${name}.bias`, [out], 0.1);
  };
  const norm = (name: string) => {
    weights[`${name}.gamma`] = parameter(sample(`${name}.gamma`, [WIDTH], 0.5, 1.5));
    random(`${name}.beta`, [WIDTH], 0.1);
  };
  random('words', [VOCABULARY, WIDTH], 1);
  random('positions', [TOKENS, WIDTH], 1);
  norm('embeddings');
  for (let layer = 0; layer < LAYERS; layer++) {
    for (const name of ['query', 'key', 'value', 'out']) dense(`${layer}.${name}`, WIDTH, WIDTH);
    dense(`${layer}.up`, INNER, WIDTH);
    dense(`${layer}.down`, WIDTH, INNER);
    norm(`${layer}.first`);
    norm(`${layer}.second`);
  }
  dense('pooler', WIDTH, WIDTH);
  dense('classifier', CLASSES, WIDTH);
  random('projection', [TEACHER_WIDTH, WIDTH], 0.3);
  return weights;
}

/** Three texts of 6, 4 and 2 tokens, in which ids repeat. */
function batch(): HostTensors {
  const ids = [1, 5, 9, 5, 7, 2, 1, 8, 5, 2, 0, 0, 1, 2, 0, 0, 0, 0];
  return {
    ids: integers([BATCH, TOKENS], ids),
    mask: integers(
      [BATCH, TOKENS],
      ids.map((id) => (id === 0 ? 0 : 1)),
    ),
    labels: integers([BATCH], [2, 0, 1]),
    teacher: parameter(sample('teacher', [BATCH, CLASSES], -3, 3)),
    hidden: parameter(sample('teacher hidden', [BATCH, TOKENS, TEACHER_WIDTH])),
  };
}
