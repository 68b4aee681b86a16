import type { ProgramContext, Tensors } from '@distiller/core';
import { dropout, gelu } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { Family, TransformerConfig } from './config.js';
import { dense } from './layers.js';

interface HeadKind {
  readonly activation: (x: tf.Tensor2D) => tf.Tensor2D;
  /** Whether the first token's vector is dropped before the hidden layer as well as after it. */
  readonly dropsInput: boolean;
}

/** The heads that each family was published with; they differ in nothing but this. */
const HEADS: Readonly<Record<Family, HeadKind>> = {
  bert: { activation: (x) => tf.tanh(x), dropsInput: false },
  roberta: { activation: (x) => tf.tanh(x), dropsInput: true },
  distilbert: { activation: (x) => tf.relu(x), dropsInput: false },
  albert: { activation: (x) => tf.tanh(x), dropsInput: false },
  electra: { activation: (x) => gelu(x) as tf.Tensor2D, dropsInput: true },
};

/**
 * Logits [N, C] from the vectors of all tokens, [N, D]: dropout and classifier, the same for all families. Heads for spans
 * have no dropout, but for DistilBERT's.
 */
export function classifyTokens(
  config: TransformerConfig,
  params: Tensors,
  tokens: tf.Tensor2D,
  context: ProgramContext,
): tf.Tensor2D {
  const isDropped = config.problem !== 'span' || config.family === 'distilbert';
  const input = isDropped
    ? (dropout(tokens, tokenDropout(config), 'classifier', context) as tf.Tensor2D)
    : tokens;
  return dense(params, 'classifier', input);
}

/** DistilBERT's `seq_classif_dropout` is for texts only; its tokens have the dropout of the blocks, or `qa_dropout`, 0.1. */
function tokenDropout({ family, problem, headDropout, hiddenDropout }: TransformerConfig): number {
  if (family !== 'distilbert') return headDropout;
  return problem === 'span' ? 0.1 : hiddenDropout;
}

/**
 * Logits [B, C] from the first token's vectors [B, D]: hidden layer, activation, classifier.
 */
export function classify(
  config: TransformerConfig,
  params: Tensors,
  first: tf.Tensor2D,
  context: ProgramContext,
): tf.Tensor2D {
  const { activation, dropsInput } = HEADS[config.family];
  const drop = (x: tf.Tensor2D, site: string) =>
    dropout(x, config.headDropout, site, context) as tf.Tensor2D;
  const input = dropsInput ? drop(first, 'pooler') : first;
  const pooled = activation(dense(params, 'pooler.dense', input));
  return dense(params, 'classifier', drop(pooled, 'classifier'));
}
