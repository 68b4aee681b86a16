import {
  DistillerError,
  type Batch,
  type EncodedInputs,
  type HostTensors,
  type Program,
  type TextModel,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/** The forward pass that users run: `ids`, `mask`, `types` in, `logits` out. */
export function modelProgram(model: TextModel): Program {
  return (params, inputs, context) => ({
    outputs: { logits: model.forward(params, inputs as EncodedInputs, context).logits },
  });
}

/**
 * The forward pass with the outputs that others expect of a Hugging Face model: `logits`, or `start_logits` and `end_logits`,
 * [B, T] each, of a model for spans.
 */
export function portableProgram(model: TextModel): {
  readonly program: Program;
  readonly outputs: readonly string[];
} {
  if (model.description.kind !== 'span')
    return { program: modelProgram(model), outputs: ['logits'] };
  return {
    outputs: ['start_logits', 'end_logits'],
    program: (params, inputs, context) => {
      const { logits } = model.forward(params, inputs as EncodedInputs, context);
      const [start, end] = tf.split(logits, 2, 2).map((part) => tf.squeeze(part, [2]));
      return { outputs: { start_logits: start as tf.Tensor, end_logits: end as tf.Tensor } };
    },
  };
}

/** What the program reads of a batch. @param role whose encodings: `student`, `teacher`. */
export function modelInputs({ encodings }: Batch, role: string): HostTensors {
  const { ids, mask, types } = encodings[role] ?? {};
  if (ids && mask && types) return { ids, mask, types };
  throw new DistillerError(
    'bug',
    `A batch has no encodings for the ${role}; this is a bug in the pipeline.`,
  );
}
