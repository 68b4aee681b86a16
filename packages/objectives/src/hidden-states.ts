import { DistillerError } from '@distiller/core';
import { assertSameShape } from '@distiller/engine';
import type * as tf from '@tensorflow/tfjs';

/** Operands of a loss on hidden states. */
export interface HiddenStates {
  /** h^S, [B, T, D], float32. */
  readonly student: tf.Tensor;
  /** h^T, [B, T, D]. */
  readonly teacher: tf.Tensor;
  /** m, float32 [B, T]: 1 for a token, 0 for padding; at least one token in the batch. */
  readonly mask: tf.Tensor2D;
}

/** @throws DistillerError `shape` unless student and teacher are one [B, T, D] and the mask is [B, T]. */
export function assertHiddenStates(where: string, { student, teacher, mask }: HiddenStates): void {
  assertSameShape(where, ['student', 'teacher'], student, teacher);
  const [texts, tokens] = student.shape;
  if (student.rank === 3 && mask.shape[0] === texts && mask.shape[1] === tokens) return;
  throw new DistillerError(
    'shape',
    `${where}: student is [${student.shape.join(', ')}] but mask is [${mask.shape.join(', ')}]; they must be [B, T, D] and [B, T].`,
  );
}

/**
 * The same for objectives that do not compare feature by feature, so that each side has its own width.
 *
 * @throws DistillerError `shape` unless student and teacher are [B, T, D] of one B and T and the mask is [B, T].
 */
export function assertSameTexts(where: string, { student, teacher, mask }: HiddenStates): void {
  const [texts, tokens] = mask.shape;
  const fits = ({ shape }: tf.Tensor) =>
    shape.length === 3 && shape[0] === texts && shape[1] === tokens;
  if (fits(student) && fits(teacher)) return;
  throw new DistillerError(
    'shape',
    `${where}: student is [${student.shape.join(', ')}], teacher [${teacher.shape.join(', ')}] and mask [${mask.shape.join(', ')}]; they must be [B, T, D] twice, of one B and T, and [B, T].`,
  );
}
