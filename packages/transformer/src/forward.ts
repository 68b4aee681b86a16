import {
  DistillerError,
  type EncodedInputs,
  type ModelOutput,
  type ProgramContext,
  type Tensors,
} from '@distiller/core';
import { mixedMask, mixupOf } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { outputs, readsEveryToken, type TransformerConfig } from './config.js';
import { embed } from './embeddings.js';
import { encode } from './encoder.js';
import { classify, classifyTokens } from './head.js';
import { predictTokens } from './masked-lm.js';

/**
 * Runs a model: pure in its parameters and inputs, without host reads, so that it can be traced.
 *
 * @param params named as in `parameterShapes`.
 * @returns the caller owns every tensor. For mixup every part has 2B rows, the plain ones first.
 * @throws DistillerError `shape` when inputs differ in shape or are longer than the model.
 */
export function forward(
  config: TransformerConfig,
  params: Tensors,
  inputs: EncodedInputs,
  context: ProgramContext,
): ModelOutput {
  const [texts, length] = inputs.ids.shape;
  for (const name of ['mask', 'types'] as const) {
    const { shape } = inputs[name];
    if (shape.length !== 2 || shape[0] !== texts || shape[1] !== length) {
      throw new DistillerError(
        'shape',
        `transformer: ids are [${texts}, ${length}] but ${name} is [${shape.join(', ')}]; they must have the same shape.`,
      );
    }
  }
  const plain = tf.cast(inputs.mask, 'float32');
  const mixup = mixupOf(inputs);
  const mask = mixup ? mixedMask(plain, mixup) : plain;
  const [batch] = mask.shape;
  const embedded = context.within('embeddings', () => embed(config, params, inputs, mask, context));
  const { hidden, attention } = encode(config, params, embedded, mask, context);
  const inSequence = (rows: tf.Tensor2D) =>
    tf.reshape(rows, [batch, length, config.hiddenSize]) as tf.Tensor3D;
  const sequences = hidden.map(inSequence);
  const logits = () => {
    if (readsEveryToken(config)) {
      const rows = classifyTokens(config, params, hidden[config.layers] as tf.Tensor2D, context);
      return tf.reshape(rows, [batch, length, outputs(config)]);
    }
    const last = sequences[config.layers] as tf.Tensor3D;
    if (config.problem === 'masked-lm')
      return predictTokens(config, params, last, inputs['positions'] as tf.Tensor2D | undefined);
    const first = tf.slice(last, [0, 0, 0], [batch, 1, config.hiddenSize]);
    const vectors = tf.reshape(first, [batch, config.hiddenSize]) as tf.Tensor2D;
    return classify(config, params, vectors, context);
  };
  return {
    logits: context.within('head', logits),
    hidden: sequences,
    attentions: attention.map(({ probabilities }) => probabilities),
    attentionScores: attention.map(({ scores }) => scores),
    queries: attention.map(({ queries }) => inSequence(queries)),
    keys: attention.map(({ keys }) => inSequence(keys)),
    values: attention.map(({ values }) => inSequence(values)),
    mask,
  };
}
