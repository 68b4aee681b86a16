import type { PredictionLossInput, TaskKind } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/** Added to the logits of padding positions, as in the transformer's own mask. */
const MASKED = -1e4;

/** What a batch holds for the objectives on predictions. */
export interface PredictionTensors {
  /** [B, C], [B, T, C] for token classification, [B, T, 2] for spans. */
  readonly student: tf.Tensor;
  /** The same shape as `student`. */
  readonly teacher?: tf.Tensor | undefined;
  /** As in Batch. */
  readonly labels?: tf.Tensor | undefined;
  /** float32 [B, T], 1 for a token, 0 for padding. */
  readonly mask: tf.Tensor2D;
  /** int32 [B, T], 1 at the first token of each word; for token classification. */
  readonly firsts?: tf.Tensor | undefined;
}

/**
 * Predictions of any task as rows of logits, so that every objective works on every task:
 *
 * - a text is a row [C];
 * - a token is a row [C], weighted 1 at the first token of a word and 0 elsewhere;
 * - each end of a span is a row of T positions: starts of all texts, then ends. Padding gets −10⁴.
 */
export function predictionRows(kind: TaskKind, tensors: PredictionTensors): PredictionLossInput {
  switch (kind) {
    case 'token-classification':
      return tokenRows(tensors);
    case 'span':
      return spanRows(tensors);
    default:
      return given({
        student: tensors.student as tf.Tensor2D,
        teacher: tensors.teacher as tf.Tensor2D | undefined,
        labels: tensors.labels as tf.Tensor1D | undefined,
      });
  }
}

function tokenRows({ student, teacher, labels, firsts }: PredictionTensors): PredictionLossInput {
  const classes = student.shape[2] as number;
  const rows = (logits: tf.Tensor) => tf.reshape(logits, [-1, classes]) as tf.Tensor2D;
  const ids = labels && (tf.reshape(labels, [-1]) as tf.Tensor1D);
  // A word may lack a label, so labels say more than the beginnings of words.
  const counted = ids ? tf.greaterEqual(ids, 0) : tf.reshape(firsts as tf.Tensor, [-1]);
  return given({
    student: rows(student),
    teacher: teacher && rows(teacher),
    labels: ids && (tf.maximum(ids, tf.scalar(0, 'int32')) as tf.Tensor1D),
    weights: tf.cast(counted, 'float32') as tf.Tensor1D,
  });
}

function spanRows({ student, teacher, labels, mask }: PredictionTensors): PredictionLossInput {
  const [texts, length] = mask.shape;
  const additive = tf.mul(tf.sub(1, mask), MASKED); // [B, T]
  const rows = (logits: tf.Tensor) =>
    tf.reshape(tf.add(tf.transpose(logits, [2, 0, 1]), additive), [
      2 * texts,
      length,
    ]) as tf.Tensor2D;
  return given({
    student: rows(student),
    teacher: teacher && rows(teacher),
    labels: labels && (tf.reshape(tf.transpose(labels), [-1]) as tf.Tensor1D),
  });
}

type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Leaves out what is undefined. */
function given(input: Given<Required<PredictionLossInput>> | Given<PredictionLossInput>) {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as unknown as PredictionLossInput;
}
