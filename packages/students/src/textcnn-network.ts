import type { Tensors } from '@distiller/core';
import { dropout, linear, readWords } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertLength } from './assert-length.js';
import { defineNetwork, linearPlan } from './network.js';
import { poolMaximum } from './pool-maximum.js';

const count = z.int().positive();

export const textcnnSizes = {
  embeddingSize: count.default(300).describe('Width of the word vectors.'),
  widths: z
    .array(count.max(16))
    .min(1)
    .refine((widths) => new Set(widths).size === widths.length, 'A width is given twice.')
    .default([3, 4, 5])
    .describe('Tokens that a filter sees.'),
  filters: count.default(100).describe('Filters of each width.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Rate in training, before the classifier.'),
};

const settings = z.strictObject(textcnnSizes);

/**
 * A convolutional sentence classifier: for each width w, F filters over the windows of w tokens,
 *
 *     c_j = relu(W · [x_j; …; x_{j+w−1}] + b),  ĉ = max_j c_j,  z = V ĉ + v
 *
 * Windows begin at every token and reach beyond the end of the text, where words are zero vectors; padding is such a
 * zero too, so it changes nothing. The weight of a width is [F, w·E], position by position. For mixup the windows are
 * of mixed word vectors, 2B rows.
 *
 * @see Kim, "Convolutional Neural Networks for Sentence Classification", 2014, §2, arXiv:1408.5882
 */
export const textcnnNetwork = defineNetwork({
  modelType: 'distiller-textcnn',
  settings,
  describe: ({ settings: { widths, filters } }) => ({
    layers: 1,
    hiddenSize: widths.length * filters,
    heads: 1,
    provides: ['logits'] as const,
    isUnrolled: true,
  }),
  parameters: ({ settings: { embeddingSize, widths, filters }, vocabularySize, outputs }) => ({
    // §3.2: the spread of words without a pre-trained vector.
    'embeddings.weight': { shape: [vocabularySize, embeddingSize], initial: { bound: 0.25 } },
    ...Object.assign(
      {},
      ...widths.map((width) => linearPlan(`convolutions.${width}`, width * embeddingSize, filters)),
    ),
    ...linearPlan('classifier', widths.length * filters, outputs),
  }),
  forward({ settings: { widths, dropout: rate }, maxLength }, params, inputs, context) {
    assertLength('textcnn', inputs.ids.shape, maxLength);
    const { words, mask } = readWords(params['embeddings.weight'] as tf.Tensor2D, inputs);
    const tokens = tf.mul(words, tf.expandDims(mask, 2)) as tf.Tensor3D;
    const texts = widths.map((width) => convolve(params, tokens, mask, width));
    const text = dropout(tf.concat(texts, 1), rate, 'classifier', context);
    const { 'classifier.weight': weight, 'classifier.bias': bias } = params;
    return { logits: linear(text, weight as tf.Tensor, bias as tf.Tensor), mask };
  },
});

/**
 * The strongest answer of each filter of one width, [B, F].
 *
 * @param words [B, T, E], zero at padding.
 */
function convolve(
  params: Tensors,
  words: tf.Tensor3D,
  mask: tf.Tensor2D,
  width: number,
): tf.Tensor2D {
  const [batch, length, size] = words.shape;
  const padded = tf.pad3d(words, [
    [0, 0],
    [0, width - 1],
    [0, 0],
  ]);
  const shifted = Array.from({ length: width }, (_, offset) =>
    tf.slice(padded, [0, offset, 0], [batch, length, size]),
  );
  const windows = tf.concat(shifted, 2); // [B, T, w·E]
  const name = `convolutions.${width}`;
  const answers = linear(
    windows,
    params[`${name}.weight`] as tf.Tensor,
    params[`${name}.bias`] as tf.Tensor,
  );
  return tf.relu(poolMaximum(answers as tf.Tensor3D, mask));
}
