import type * as tf from '@tensorflow/tfjs';
import type { ProgramContext } from './program.js';
import type { TaskKind, WindowOptions } from './task.js';
import type { TokenizerModel } from './tokenizer.js';
import type { Tensors, Weights } from './tensors.js';

/** The parts of a model's output that come by layer; a model gives those that its description says it `provides`. */
export interface LayerOutputs {
  /** 0 = embeddings, 1…L = blocks; each [B, T, D]. */
  readonly hidden?: readonly tf.Tensor3D[];
  /** L attention maps after softmax, each [B, H, T, T], before dropout. */
  readonly attentions?: readonly tf.Tensor4D[];
  /** The same before softmax, scaled by 1/√d, without the mask's −∞. */
  readonly attentionScores?: readonly tf.Tensor4D[];
  /** L each, what attention compares and mixes: [B, T, D] with the heads side by side, queries not yet scaled. */
  readonly queries?: readonly tf.Tensor3D[];
  readonly keys?: readonly tf.Tensor3D[];
  readonly values?: readonly tf.Tensor3D[];
}

/** The parts of a ModelOutput that come by layer. `hidden` counts from 0 (embeddings) to L, the others from 0 to L − 1. */
export const LAYER_FEATURES = [
  'hidden',
  'attentions',
  'attentionScores',
  'queries',
  'keys',
  'values',
] as const satisfies readonly (keyof LayerOutputs)[];

export type LayerFeature = (typeof LAYER_FEATURES)[number];

/** Whether a feature is a vector for each token, [B, T, D], rather than a number for each pair of them, [B, H, T, T]. */
export function isTokenFeature(feature: LayerFeature): boolean {
  return feature !== 'attentions' && feature !== 'attentionScores';
}

/** Everything that a text model can show of itself. B batch, T tokens, D width, H heads, C classes. */
export interface ModelOutput extends LayerOutputs {
  /**
   * Before softmax or sigmoid; the value itself for regression (C = 1). [B, C]; [B, T, C] for token classification,
   * [B, T, 2] (start, end) for spans, [B, P, V] for a masked language model at P positions.
   */
  readonly logits: tf.Tensor;
  /** 1 for a token, 0 for padding; float32 [B, T]. */
  readonly mask: tf.Tensor2D;
}

/** The shapes of a model, known before it runs. */
export interface ModelDescription {
  readonly architecture: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly vocabularySize: number;
  /** Longest input in tokens, special tokens included. */
  readonly maxLength: number;
  /** True when the program grows with T (a recurrence, windows): an export settles on T = maxLength then. */
  readonly isUnrolled?: boolean;
  /** What its logits are; told from their number when absent: one is a value, more are classes of a text. */
  readonly kind?: TaskKind;
  /** Number of logits of a text, or of each token for token classification and spans. */
  readonly outputs: number;
  /** Class names in the order of the logits, when the model's folder tells them. */
  readonly labels?: readonly string[];
  /** For spans: how contexts were cut in its training, when the model's folder tells. */
  readonly windows?: WindowOptions;
  /** Which parts of ModelOutput it gives; a black-box teacher may give logits only. */
  readonly provides: readonly ('logits' | LayerFeature)[];
}

/**
 * Inputs of a text model's program, int32 [B, T] each. For mixup there are `mixup/lambda`, a float32 scalar λ,
 * `mixup/permutation`, int32 [B], and `mixup/union`, a float32 scalar u of 0 or 1: the model then doubles the batch behind
 * its word vectors E, to E and λ·E + (1 − λ)·E[permutation], the latter under the mask max(m, u·m[permutation]) and with
 * the segments of the first text. Every part of its output has 2B rows. A masked
 * language model predicts at `positions`, int32 [B, P]; at every one of the T without it.
 */
export type EncodedInputs = Tensors & {
  readonly ids: tf.Tensor2D;
  /** 1 for a token, 0 for padding. */
  readonly mask: tf.Tensor2D;
  /** Segment of each token: 0, or 1 in the second text of a pair. */
  readonly types: tf.Tensor2D;
};

export interface SaveOptions {
  /** How the weights are stored; default F32. */
  readonly dtype?: 'F32' | 'F16' | 'BF16';
}

/** A differentiable text model with its weights and its tokenizer. */
export interface TextModel {
  readonly description: ModelDescription;
  readonly weights: Weights;
  /**
   * Names of the weights that belong to what is predicted; the others are the encoder, which tasks may share. Without it nothing of
   * the model can be shared.
   */
  readonly headWeights?: readonly string[];
  readonly tokenizer: TokenizerModel;
  /** Hash of weights, configuration and tokenizer; equal exactly when the model computes the same. */
  readonly fingerprint: string;
  forward(params: Tensors, inputs: EncodedInputs, context: ProgramContext): ModelOutput;
  /** The files beside the weights by name, as `save` writes them: `config.json` and the tokenizer's. */
  files(): Readonly<Record<string, string>>;
  /**
   * Writes a Hugging Face folder (`config.json`, `model.safetensors`, tokenizer files), each file atomically.
   * @param weights other values for the same names, e.g. after training.
   */
  save(folder: string, weights?: Weights, options?: SaveOptions): Promise<void>;
}
