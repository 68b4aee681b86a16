import type {
  EncodedInputs,
  Engine,
  HostTensors,
  ModelOutput,
  Program,
  Tensors,
  Texts,
  TextModel,
} from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';
import { encodedTexts } from './encoded-texts.js';

/**
 * Everything that a model shows of some texts: `logits`, `mask`, and layers as `hidden/0`.
 *
 * @param extra tokens of padding beyond the longest text.
 * @param mixup the inputs `mixup/…` of EncodedInputs.
 */
export async function answers(
  engine: Engine,
  model: TextModel,
  texts: readonly Texts[],
  extra = 0,
  mixup: HostTensors = {},
): Promise<HostTensors> {
  const program: Program = (params, inputs, context) => ({
    outputs: named(model.forward(params, inputs as EncodedInputs, context)),
  });
  const inference = await engine.inference(program, model.weights);
  try {
    const { maxLength } = model.description;
    const inputs = encodedTexts(model.tokenizer, texts, maxLength, extra);
    return await inference.run({ ...inputs, ...mixup });
  } finally {
    await inference.dispose();
  }
}

function named({ logits, mask, ...layers }: ModelOutput): Tensors {
  const entries = Object.entries(layers).flatMap(([feature, tensors]) =>
    (tensors as readonly tf.Tensor[]).map((tensor, layer) => [`${feature}/${layer}`, tensor]),
  );
  return { logits, mask, ...(Object.fromEntries(entries) as Tensors) };
}
