import { defineComponent, type Objective } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { cosines } from './cosines.js';
import { refuseSpans } from './refuse-spans.js';

/**
 * Mean cosine distance of the logits,
 *
 *     1/B · Σ_b (1 − cos(z_S,b, z_T,b))
 *
 * It sees directions only: a student that is surer than its teacher, but of the same classes, costs nothing.
 *
 * @param student logits z_S, [B, C], float32.
 * @param teacher logits z_T, [B, C]. A constant: no gradient flows to it.
 * @param weights of the rows in the mean, [B]; alike when left out.
 * @returns scalar in [0, 2]; the caller disposes of it.
 * @throws DistillerError `shape` when the two shapes differ.
 */
export function logitCosine(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  assertSameShape('logitCosine', ['student', 'teacher'], student, teacher);
  return tf.tidy(() => weightedMean(tf.sub(1, cosines(student, detach(teacher))), weights));
}

export const logitCosineComponent = defineComponent({
  kind: 'objective',
  name: 'logit-cosine',
  summary: "Mean cosine distance of the student's logits from the teacher's.",
  settings: z.strictObject({}),
  needs: {},
  create: (): Objective => ({
    reads: ['teacher'],
    refuses: (task) =>
      task.outputs < 2
        ? 'the cosine of two numbers is only their sign; use logit-mse'
        : refuseSpans(task),
    loss: ({ student, teacher, weights }) => logitCosine(student, teacher as tf.Tensor2D, weights),
  }),
});
