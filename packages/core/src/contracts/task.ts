import type { Texts } from './tokenizer.js';

/** A piece of `texts[1]`, in UTF-16 units, end excluded. */
export interface CharacterSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Classification: index into `labels`. Regression: the value itself. Multi-label: indices into `labels`, ascending. Token
 * classification: an index for each word. Span: every accepted answer; none when the text has no answer.
 */
export type Label = number | readonly number[] | readonly CharacterSpan[];

export interface Example {
  /** Unique within its split and stable from run to run. */
  readonly id: string;
  readonly texts: Texts;
  /** The truth in the form of the task's kind; absent when unlabelled. */
  readonly label?: Label;
  /** Words of the text for token classification; `texts` has them joined by blanks. */
  readonly words?: readonly string[];
}

/** `transfer` is text without labels on which only the teacher speaks. */
export type Split = 'train' | 'validation' | 'test' | 'transfer';

/** What turns logits into predictions. `span`: softmax over the positions of the text, for each of its two ends. */
export type Activation = 'softmax' | 'sigmoid' | 'identity' | 'span' | 'token';

export const TASK_KINDS = [
  'classification',
  'regression',
  'multi-label',
  'token-classification',
  'span',
  'masked-lm',
] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/** A data set together with what is asked of it. */
export interface Task {
  readonly name: string;
  readonly kind: TaskKind;
  /** Texts per example: 1, or 2 for pairs. */
  readonly arity: 1 | 2;
  /** Class names in id order; empty for regression, spans and masked language models. */
  readonly labels: readonly string[];
  /** What turns logits into predictions. */
  readonly activation: Activation;
  /**
   * Logits of a text or a token: labels.length, 1 for regression, 2 for spans. For masked language models 3 figures of a text: the sum
   * of −log p over its hidden tokens, how many were found and how many there are.
   */
  readonly outputs: number;
  readonly splits: readonly Split[];
  /** Streams a split in file order. @throws DistillerError `input` naming file and line. */
  read(split: Split): AsyncIterable<Example>;
  /** Names of the metrics that `score` returns. */
  readonly metrics: readonly string[];
  /** The metric that selects the best checkpoint; higher is better. */
  readonly selects: string;
  /** @param logits row-major [N, outputs]. @param labels length N. */
  score(logits: Float32Array, labels: Float32Array): Readonly<Record<string, number>>;
}
