import {
  DistillerError,
  type Batch,
  type EncodedInputs,
  type HostTensors,
  type Program,
  type TextModel,
} from '@distiller/core';

/** The forward pass that users run: `ids`, `mask`, `types` in, `logits` out. */
export function modelProgram(model: TextModel): Program {
  return (params, inputs, context) => ({
    outputs: { logits: model.forward(params, inputs as EncodedInputs, context).logits },
  });
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
