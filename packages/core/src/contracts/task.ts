import type { Texts } from './tokenizer.js';

export interface Example {
  /** Unique within its split and stable from run to run. */
  readonly id: string;
  readonly texts: Texts;
  /** Index into `labels`, or the value itself for regression; absent when unlabelled. */
  readonly label?: number;
}

/** `transfer` is text without labels on which only the teacher speaks. */
export type Split = 'train' | 'validation' | 'test' | 'transfer';

export type Activation = 'softmax' | 'identity';

/** A data set together with what is asked of it. */
export interface Task {
  readonly name: string;
  readonly kind: 'classification' | 'regression';
  /** Texts per example: 1, or 2 for pairs. */
  readonly arity: 1 | 2;
  /** Class names in id order; empty for regression. */
  readonly labels: readonly string[];
  /** What turns logits into predictions. */
  readonly activation: Activation;
  /** Number of logits: labels.length, or 1 for regression. */
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
