import type { EncodedInputs, Program, TextModel } from '@distiller/core';

/** The forward pass that users run: `ids`, `mask`, `types` in, `logits` out. */
export function modelProgram(model: TextModel): Program {
  return (params, inputs, context) => ({
    outputs: { logits: model.forward(params, inputs as EncodedInputs, context).logits },
  });
}
