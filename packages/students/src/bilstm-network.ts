import type { ProgramContext, Tensors } from '@distiller/core';
import { dropout, linear, readWords } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineNetwork, linearPlan, type ParameterPlan } from './network.js';
import { assertLength } from './assert-length.js';
import { poolMaximum } from './pool-maximum.js';

const count = z.int().positive();

export const bilstmSizes = {
  embeddingSize: count.default(300).describe('Width of the word vectors.'),
  hiddenSize: count.default(150).describe('Width of the LSTM in each direction.'),
  innerSize: count.default(200).describe('Width of the ReLU layer before the classifier.'),
  pooling: z
    .enum(['last', 'max'])
    .default('last')
    .describe('What of the LSTM is read: both last states, or the largest of all states.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('Rate in training, on word vectors and before each linear layer.'),
};

const settings = z.strictObject(bilstmSizes);

/** Sites where an LSTM has parameters, with the ending of their names, as in PyTorch. */
const DIRECTIONS = [
  { suffix: '', isReversed: false },
  { suffix: '_reverse', isReversed: true },
] as const;

/**
 * A one-layer bidirectional LSTM classifier,
 *
 *     i, f, o = σ(W x_t + U h_{t−1} + b),  g = tanh(W x_t + U h_{t−1} + b)
 *     c_t = f ∘ c_{t−1} + i ∘ g,  h_t = o ∘ tanh(c_t)
 *     z = V relu(R [h→; h←] + r) + v
 *
 * unrolled over T. A step on padding keeps the state, so padding changes nothing. The parameters of the LSTM have the
 * names, shapes and gate order (i, f, g, o) of PyTorch's `LSTM`. For mixup the LSTM reads mixed word vectors, 2B rows.
 *
 * @see Tang et al., "Distilling Task-Specific Knowledge from BERT into Simple Neural Networks", 2019, §3.1,
 *   arXiv:1903.12136
 */
export const bilstmNetwork = defineNetwork({
  modelType: 'distiller-bilstm',
  settings,
  describe: ({ settings: { hiddenSize } }) => ({
    layers: 1,
    hiddenSize: 2 * hiddenSize,
    heads: 1,
    provides: ['logits'] as const,
    isUnrolled: true,
  }),
  parameters({ settings: { embeddingSize, hiddenSize, innerSize }, vocabularySize, outputs }) {
    const initial = { bound: 1 / Math.sqrt(hiddenSize) };
    const plans: Record<string, ParameterPlan> = {
      // The spread of unknown words in Kim 2014, §3.2.
      'embeddings.weight': { shape: [vocabularySize, embeddingSize], initial: { bound: 0.25 } },
    };
    for (const { suffix } of DIRECTIONS) {
      plans[`lstm.weight_ih_l0${suffix}`] = { shape: [4 * hiddenSize, embeddingSize], initial };
      plans[`lstm.weight_hh_l0${suffix}`] = { shape: [4 * hiddenSize, hiddenSize], initial };
      plans[`lstm.bias_ih_l0${suffix}`] = { shape: [4 * hiddenSize], initial };
      plans[`lstm.bias_hh_l0${suffix}`] = { shape: [4 * hiddenSize], initial };
    }
    return {
      ...plans,
      ...linearPlan('inner', 2 * hiddenSize, innerSize),
      ...linearPlan('classifier', innerSize, outputs),
    };
  },
  forward(
    { settings: { pooling, dropout: rate, hiddenSize }, maxLength },
    params,
    inputs,
    context,
  ) {
    assertLength('bilstm', inputs.ids.shape, maxLength);
    const { words, mask } = readWords(params['embeddings.weight'] as tf.Tensor2D, inputs);
    const [batch, length] = mask.shape;
    const input = dropout(words, rate, 'words', context);
    const steps = tf.unstack(tf.reshape(mask, [batch, length, 1]), 1) as tf.Tensor2D[];
    const sides = DIRECTIONS.map(({ suffix, isReversed }) => {
      const states = recurrence(params, suffix, input, steps, isReversed, hiddenSize);
      return pooling === 'last'
        ? (states.at(isReversed ? 0 : -1) as tf.Tensor2D)
        : poolMaximum(tf.stack(states, 1) as tf.Tensor3D, mask);
    });
    const text = tf.concat(sides, 1); // [B, 2H]
    return { logits: classify(params, text as tf.Tensor2D, rate, context), mask };
  },
});

/**
 * One direction of the LSTM.
 *
 * @param words [B, T, E].
 * @param steps T times [B, 1], 1 for a token, 0 for padding.
 * @returns the states by position, T times [B, H].
 */
function recurrence(
  params: Tensors,
  suffix: string,
  words: tf.Tensor,
  steps: readonly tf.Tensor2D[],
  isReversed: boolean,
  size: number,
): tf.Tensor2D[] {
  const parameter = (name: string) => params[`lstm.${name}_l0${suffix}`] as tf.Tensor;
  const bias = tf.add(parameter('bias_ih'), parameter('bias_hh'));
  const gates = tf.unstack(linear(words, parameter('weight_ih'), bias), 1); // T times [B, 4H]
  const weight = parameter('weight_hh') as tf.Tensor2D;
  const order = steps.map((_, position) => (isReversed ? steps.length - 1 - position : position));
  const batch = words.shape[0] as number;
  const states: tf.Tensor2D[] = [];
  let [state, cell] = [tf.zeros<tf.Rank.R2>([batch, size]), tf.zeros<tf.Rank.R2>([batch, size])];
  for (const position of order) {
    const sum = tf.add(gates[position] as tf.Tensor, tf.matMul(state, weight, false, true));
    const [i, f, g, o] = tf.split(sum, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const kept = tf.mul(tf.sigmoid(f), cell);
    const nextCell = tf.add(kept, tf.mul(tf.sigmoid(i), tf.tanh(g))) as tf.Tensor2D;
    const nextState = tf.mul(tf.sigmoid(o), tf.tanh(nextCell)) as tf.Tensor2D;
    const isToken = steps[position] as tf.Tensor2D;
    cell = choose(isToken, nextCell, cell);
    state = choose(isToken, nextState, state);
    states[position] = state;
  }
  return states;
}

/** `a` where the mask [B, 1] is 1, `b` where it is 0; exact. */
function choose(mask: tf.Tensor2D, a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.mul(a, mask), tf.mul(b, tf.sub(1, mask)));
}

function classify(
  params: Tensors,
  text: tf.Tensor2D,
  rate: number,
  context: ProgramContext,
): tf.Tensor {
  const dense = (name: string, x: tf.Tensor2D) =>
    linear(
      dropout(x, rate, name, context),
      params[`${name}.weight`] as tf.Tensor,
      params[`${name}.bias`] as tf.Tensor,
    ) as tf.Tensor2D;
  return dense('classifier', tf.relu(dense('inner', text)));
}
