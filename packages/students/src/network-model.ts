import { join } from 'node:path';
import {
  DistillerError,
  fingerprint,
  writeFileAtomically,
  type HeadRequest,
  type SaveOptions,
  type TaskKind,
  type TextModel,
  type TokenizerModel,
  type Weights,
} from '@distiller/core';
import { writeSafetensors } from '@distiller/engine';
import { tokenizerFiles } from '@distiller/transformer';
import type { Network, NetworkShape } from './network.js';

/** What a network is made for, beside its weights. */
export interface NetworkParts<Settings> {
  readonly settings: Settings;
  readonly maxLength: number;
  readonly tokenizer: TokenizerModel;
  /** Class names in the order of the logits; empty for regression. */
  readonly labels: readonly string[];
  readonly kind: TaskKind;
}

export const PROBLEM_TYPES: Partial<Record<TaskKind, string>> = {
  classification: 'single_label_classification',
  'multi-label': 'multi_label_classification',
  regression: 'regression',
};

const DTYPE_NAMES = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/** The sizes that follow from the parts. */
export function networkShape<Settings>(parts: NetworkParts<Settings>): NetworkShape<Settings> {
  return {
    settings: parts.settings,
    vocabularySize: parts.tokenizer.vocabularySize,
    maxLength: parts.maxLength,
    outputs: Math.max(1, parts.labels.length),
  };
}

/** @throws DistillerError `config` for a task whose predictions are not one row of logits a text. */
export function assertTextKind(who: string, { kind }: Pick<HeadRequest, 'kind'>): void {
  if (PROBLEM_TYPES[kind] === undefined)
    throw new DistillerError('config', `${who}: there is no head for ${kind}.`);
}

/**
 * A model of a network and given weights, which it keeps without copying.
 *
 * @throws DistillerError `shape` when names or shapes of the weights are not the network's.
 */
export function networkModel<Settings>(
  network: Network<Settings>,
  parts: NetworkParts<Settings>,
  weights: Weights,
): TextModel {
  const shape = networkShape(parts);
  const { modelType } = network;
  const { tokenizer, labels } = parts;
  assertWeights(network, shape, weights);
  let hash: string | undefined;
  return {
    weights,
    headWeights: Object.keys(weights).filter((name) => name.startsWith('classifier.')),
    tokenizer,
    description: {
      architecture: modelType,
      ...network.describe(shape),
      vocabularySize: shape.vocabularySize,
      maxLength: shape.maxLength,
      outputs: shape.outputs,
      ...(labels.length > 0 && { labels }),
    },
    get fingerprint() {
      return (hash ??= fingerprint(
        modelType,
        JSON.stringify(parts.settings),
        tokenizer.fingerprint,
        ...Object.entries(weights).flatMap(([name, { data }]) => [name, data]),
      ));
    },
    forward: (params, inputs, context) =>
      context.within(modelType, () => network.forward(shape, params, inputs, context)),
    files: () => filesOf(network, parts, 'F32'),
    async save(folder: string, other: Weights = weights, { dtype = 'F32' }: SaveOptions = {}) {
      assertWeights(network, shape, other);
      const path = join(folder, 'model.safetensors');
      await writeSafetensors(path, other, { format: 'pt' }, { dtype });
      for (const [name, text] of Object.entries(filesOf(network, parts, dtype)))
        await writeFileAtomically(join(folder, name), text);
    },
  };
}

/** `config.json` comes last: a folder without it is not taken for a model. */
function filesOf<Settings>(
  { modelType }: Network<Settings>,
  { settings, maxLength, tokenizer, labels, kind }: NetworkParts<Settings>,
  dtype: keyof typeof DTYPE_NAMES,
): Readonly<Record<string, string>> {
  const names = labels.length > 0 ? labels : ['LABEL_0'];
  const config = {
    model_type: modelType,
    settings,
    vocab_size: tokenizer.vocabularySize,
    max_length: maxLength,
    problem_type: PROBLEM_TYPES[kind],
    id2label: Object.fromEntries(names.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(names.map((label, id) => [label, id])),
    torch_dtype: DTYPE_NAMES[dtype],
  };
  return {
    ...tokenizerFiles(tokenizer, maxLength),
    'config.json': `${JSON.stringify(config, undefined, 2)}\n`,
  };
}

function assertWeights<Settings>(
  network: Network<Settings>,
  shape: NetworkShape<Settings>,
  weights: Weights,
): void {
  const plans = network.parameters(shape);
  for (const [name, plan] of Object.entries(plans)) {
    const found = weights[name]?.shape;
    if (String(found) === String(plan.shape)) continue;
    throw new DistillerError(
      'shape',
      `${network.modelType}: weight "${name}" is ${found ? `[${found.join(', ')}]` : 'missing'}; expected [${plan.shape.join(', ')}].`,
    );
  }
  const unknown = Object.keys(weights).find((name) => !(name in plans));
  if (unknown !== undefined)
    throw new DistillerError('shape', `${network.modelType}: there is no weight "${unknown}".`);
}
