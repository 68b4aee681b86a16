import { DistillerError } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/** Operands of a loss on attention maps or scores. */
export interface AttentionMaps {
  /** [B, H_S, T, T], float32: a number for each head, query and key. */
  readonly student: tf.Tensor;
  /** [B, H_T, T, T]. A constant: no gradient flows to it. */
  readonly teacher: tf.Tensor;
  /** m, float32 [B, T]: 1 for a token, 0 for padding; at least one token in the batch. */
  readonly mask: tf.Tensor2D;
}

/**
 * @param heads whether both sides must have as many heads.
 * @throws DistillerError `shape` unless student and teacher are [B, H, T, T] of one B and T and the mask is [B, T].
 */
export function assertAttentionMaps(
  where: string,
  { student, teacher, mask }: AttentionMaps,
  heads: 'equal' | 'any',
): void {
  const [texts, tokens] = mask.shape;
  const fits = ({ shape }: tf.Tensor) =>
    shape.length === 4 && shape[0] === texts && shape[2] === tokens && shape[3] === tokens;
  const isAlike = heads === 'any' || student.shape[1] === teacher.shape[1];
  if (fits(student) && fits(teacher) && isAlike) return;
  throw new DistillerError(
    'shape',
    `${where}: student is [${student.shape.join(', ')}], teacher [${teacher.shape.join(', ')}] and mask [${mask.shape.join(', ')}]; ` +
      `they must be [B, H, T, T] twice${heads === 'equal' ? ' with as many heads' : ''} and [B, T].`,
  );
}

/** 1 where query and key are both tokens, [B, 1, T, T]. */
export function tokenPairs(mask: tf.Tensor2D): tf.Tensor4D {
  const [texts, tokens] = mask.shape;
  const queries = tf.reshape(mask, [texts, 1, tokens, 1]);
  return tf.mul(queries, tf.reshape(mask, [texts, 1, 1, tokens])) as tf.Tensor4D;
}

/** Scores with padding keys at −10⁴, so that a softmax over keys leaves them out; [B, H, T, T]. */
export function maskKeys(scores: tf.Tensor, mask: tf.Tensor2D): tf.Tensor {
  const [texts, tokens] = mask.shape;
  const keys = tf.reshape(mask, [texts, 1, 1, tokens]);
  // Multiplied as well, so that what stands at padding can't outweigh the −10⁴.
  return tf.add(tf.mul(scores, keys), tf.mul(tf.sub(1, keys), -1e4));
}
