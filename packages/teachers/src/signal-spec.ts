import {
  DistillerError,
  isTokenFeature,
  LAYER_FEATURES,
  signalName,
  type LayerFeature,
  type ModelDescription,
  type ModelOutput,
  type SignalNeeds,
  type Tensors,
} from '@distiller/core';

/** One signal of one text: its name and its shape without the batch axis, where `tokens` is the text's length. */
export interface SignalSpec {
  readonly name: string;
  readonly shape: readonly (number | 'tokens')[];
}

/**
 * What is needed of a teacher, in a fixed order whatever the order asked for: `logits`, `hidden/0` …
 *
 * @throws DistillerError `config` when the teacher has no such layer.
 */
export function signalSpecs(needs: SignalNeeds, model: ModelDescription): readonly SignalSpec[] {
  const layers = LAYER_FEATURES.flatMap((feature) => {
    const asked = needs.layers.filter((signal) => signal.feature === feature);
    return [...new Set(asked.map(({ layer }) => layer))]
      .sort((a, b) => a - b)
      .map((layer): SignalSpec => {
        const end = feature === 'hidden' ? model.layers + 1 : model.layers;
        if (!Number.isInteger(layer) || layer < 0 || layer >= end) {
          throw new DistillerError(
            'config',
            `teacher: ${feature} of layer ${layer} are asked for, but this teacher has ${feature} 0 to ${end - 1}.`,
          );
        }
        const shape = isTokenFeature(feature)
          ? (['tokens', model.hiddenSize] as const)
          : ([model.heads, 'tokens', 'tokens'] as const);
        return { name: signalName({ feature, layer }), shape };
      });
  });
  return needs.logits ? [{ name: 'logits', shape: logitShape(model) }, ...layers] : layers;
}

function logitShape({ kind, outputs }: ModelDescription): SignalSpec['shape'] {
  return kind === 'token-classification' || kind === 'span' ? ['tokens', outputs] : [outputs];
}

/** The asked-for tensors of a model's output, by their names. */
export function pickSignals(output: ModelOutput, specs: readonly SignalSpec[]): Tensors {
  return Object.fromEntries(
    specs.map(({ name }) => {
      const [feature, layer] = name.split('/') as ['logits' | LayerFeature, string | undefined];
      const tensor = feature === 'logits' ? output.logits : output[feature]?.[Number(layer)];
      if (!tensor) {
        throw new DistillerError(
          'bug',
          `teacher: the model's output has no ${name}; this is a bug in its forward pass.`,
        );
      }
      return [name, tensor];
    }),
  );
}

/** The shape with `tokens` filled in. */
export function shapeOf({ shape }: SignalSpec, tokens: number): readonly number[] {
  return shape.map((length) => (length === 'tokens' ? tokens : length));
}
